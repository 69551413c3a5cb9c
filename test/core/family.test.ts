import { expect, test } from "vitest";
import { familyOf, sameFamily } from "../../src/core/family.ts";
import data from "../../src/providers/catalogue.json" with { type: "json" };

test.each<[route: string, family: string]>([
  ["anthropic/claude-haiku-5-5", "claude"],
  ["copilot/Claude Sonnet 5.5", "claude"],
  ["bedrock/us.anthropic.claude-opus-5-5-v1:0", "claude"],
  ["gateway/opus", "claude"],
  ["openai/gpt-6.1-terra", "gpt"],
  ["openai/o3", "gpt"],
  ["azure/o4-mini-2025-04-16", "gpt"],
  ["openai/chatgpt-4o-latest", "gpt"],
  ["openai/codex-mini", "gpt"],
  ["openai/ft:gpt-5-mini:acme::8Xy", "gpt"],
  ["ollama/gpt-oss:20b", "gpt"],
  ["google/gemini-4-hydrogen", "gemini"],
  ["vertex/publishers/google/models/gemma-4-26b", "gemini"],
  ["openrouter/z-ai/glm-5.3", "glm"],
  ["openrouter/z-ai/next", "glm"],
  ["openrouter/x-ai/next", "grok"],
  ["x.ai/next", "grok"],
  ["fireworks/accounts/fireworks/models/glm-5p2", "glm"],
  ["zhipu/chatglm-6b", "glm"],
  ["deepseek/deepseek-v4-pro", "deepseek"],
  ["together/deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "deepseek"],
  ["local/qwen3-coder", "qwen"],
  ["local/hf.co/unsloth/Qwen3-Coder-GGUF:Q4_K_M", "qwen"],
  ["local/QwQ-32B", "qwen"],
  ["xai/grok-4.6", "grok"],
  ["moonshot/kimi-k3", "kimi"],
  ["moonshotai/moonshot-v1-8k", "kimi"],
  ["groq/meta-llama/llama-4-maverick", "llama"],
  ["groq/hermes-3-llama-3.1", "llama"],
  ["local/codellama:34b", "llama"],
  ["mistral/codestral-latest", "mistral"],
  ["openrouter/mistralai/next", "mistral"],
  ["minimax/minimax-m3", "minimax"],
  ["anthropic/our-own-name", "claude"],
  ["openai/prod", "gpt"],
  ["local/phi4:14b", "phi"],
  ["local/01-ai/yi-lightning", "yi"],
  ["cohere/command-a", "command"],
  ["openrouter/auto", "auto"],
  ["local/42", "42"],
  ["local/o3000", "o"],
])("%s is of the family %s", (route, family) => {
  const slash = route.indexOf("/");
  expect(familyOf({ provider: route.slice(0, slash), model: route.slice(slash + 1) })).toBe(family);
});

test("an effort, a gateway or a date makes no other family", () => {
  const one = { provider: "anthropic", model: "claude-opus-5-5" };
  expect(sameFamily(one, { provider: "openrouter", model: "anthropic/claude-3.5-haiku-20241022" })).toBe(
    true,
  );
  expect(sameFamily(one, { provider: "openrouter", model: "openai/gpt-6-sol" })).toBe(false);
});

test("every model of the catalogue is of its vendor's family", () => {
  const FAMILY: Record<string, string> = {
    anthropic: "claude",
    openai: "gpt",
    deepseek: "deepseek",
    google: "gemini",
    minimax: "minimax",
    moonshotai: "kimi",
    "x-ai": "grok",
    zai: "glm",
  };
  for (const id of Object.keys(data.models)) {
    const [vendor = "", model = ""] = id.split("/");
    expect([id, familyOf({ provider: "gateway", model })]).toEqual([id, FAMILY[vendor]]);
  }
});
