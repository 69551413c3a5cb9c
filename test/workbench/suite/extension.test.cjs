// What the extension brings into VS Code, seen through VS Code's own API. The same for development and .vsix.
const assert = require("node:assert");
const vscode = require("vscode");

const ID = "slicewise.slicewise";

/** Titles a user finds in the palette, under the category "Slicewise". */
const TITLES = [
  "Plan Work Order…",
  "Approve Plan",
  "Ask for Changes…",
  "Check Plan Again",
  "Show Plan Changes",
  "Complete Plan…",
  "Initialise Rules…",
  "Run",
  "Pause",
  "Stop",
  "Approve Slice",
  "Reject Slice…",
  "Rerun Slice on a Higher Tier",
  "Change Route…",
  "Review Changes",
  "Open Briefing",
  "Set API Key…",
  "Choose Models…",
];

const SETTINGS = ["parallel", "tiers", "commands.allow", "git.push"];

suite("extension", () => {
  const extension = () => vscode.extensions.getExtension(ID);
  const contributes = () => extension().packageJSON.contributes;
  const settings = () => {
    const { configuration } = contributes();
    const sections = Array.isArray(configuration) ? configuration : [configuration];
    return Object.assign({}, ...sections.map((section) => section.properties));
  };

  suiteSetup(async () => {
    assert.ok(extension(), `${ID} is not among the extensions of this window`);
    await extension().activate();
  });

  test("is active", () => assert.strictEqual(extension().isActive, true));

  test("runs where the workspace is", () => {
    assert.strictEqual(extension().extensionKind, vscode.ExtensionKind.Workspace);
  });

  test("registers every command it contributes", async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes().commands.filter(({ command }) => !registered.has(command));
    assert.deepStrictEqual(missing, []);
  });

  for (const title of TITLES) {
    test(`offers "Slicewise: ${title}"`, () => {
      const found = contributes().commands.filter((command) => command.title === title);
      assert.deepStrictEqual(
        found.map((command) => command.category),
        ["Slicewise"],
      );
    });
  }

  test("describes every setting", () => {
    const silent = Object.entries(settings()).filter(([, s]) => !(s.description || s.markdownDescription));
    assert.deepStrictEqual(silent, []);
  });

  for (const key of SETTINGS) {
    test(`has the setting slicewise.${key} with its default`, () => {
      const found = vscode.workspace.getConfiguration("slicewise").inspect(key);
      assert.ok(found, `slicewise.${key} is not registered`);
      assert.deepStrictEqual(found.defaultValue, settings()[`slicewise.${key}`].default);
    });
  }

  test("has its view in the activity bar", () => {
    const [container] = contributes().viewsContainers.activitybar;
    assert.deepStrictEqual(
      contributes().views[container.id].map((view) => view.type),
      ["webview"],
    );
  });
});
