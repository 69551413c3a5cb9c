const { appendFileSync } = require("node:fs");
const vscode = require("vscode");

const MODEL = {
  id: "kimi-test",
  name: "Kimi Test",
  family: "kimi",
  version: "1",
  maxInputTokens: 32_000,
  maxOutputTokens: 4_000,
  capabilities: { toolCalling: true },
};

/** @type {import("node:fs").PathLike} */
const file = process.env.SLICEWISE_TEST_ASKED ?? "";

exports.activate = (/** @type {import("vscode").ExtensionContext} */ { subscriptions }) => {
  const provider = {
    provideLanguageModelChatInformation: () => [MODEL],
    provideTokenCount: (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
    provideLanguageModelChatResponse: async (model, messages, options, progress) => {
      const asked = {
        model: model.id,
        messages: messages.length,
        tools: (options.tools ?? []).map(({ name }) => name),
      };
      appendFileSync(file, `${JSON.stringify(asked)}\n`);
      progress.report(new vscode.LanguageModelTextPart("I have no plan for that."));
    },
  };
  subscriptions.push(vscode.lm.registerLanguageModelChatProvider("test-models", provider));
};
