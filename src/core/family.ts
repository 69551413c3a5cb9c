/** Which family a model is of, by its name: models of one family err alike, so one must not review another's work. Pure. */
import type { Tier } from "./order.ts";

type Model = Pick<Tier, "provider" | "model">;

/** A word of a model's name begins with one of these. The vendors' own names stand for what they train. */
const FAMILIES: readonly [family: string, stems: readonly string[]][] = [
  ["claude", ["claude", "anthropic", "opus", "sonnet", "haiku", "fable", "mythos"]],
  ["gpt", ["gpt", "chatgpt", "openai", "codex"]],
  ["gemini", ["gemini", "gemma", "google"]],
  ["glm", ["glm", "chatglm", "zai", "zhipu", "bigmodel"]],
  ["deepseek", ["deepseek"]],
  ["qwen", ["qwen", "qwq", "alibaba"]],
  ["grok", ["grok", "xai"]],
  ["kimi", ["kimi", "moonshot"]],
  ["llama", ["llama", "codellama"]],
  [
    "mistral",
    ["mistral", "mixtral", "ministral", "magistral", "codestral", "devstral", "pixtral", "voxtral"],
  ],
  ["minimax", ["minimax", "abab"]],
];
/** OpenAI's o1, o3, o4-mini. */
const O_SERIES = /^o\d$/;

/**
 * "claude", "gpt", "gemini", "glm", "deepseek", "qwen", "grok", "kimi", "llama", "mistral", "minimax"; else the first word of
 * the model's name. The name is asked first, then the path before it ("z-ai/…"), then the provider: a gateway serves many.
 */
export function familyOf({ provider, model }: Model): string {
  const name = model.slice(model.lastIndexOf("/") + 1);
  const path = model.slice(0, model.length - name.length);
  const known = [name, path, provider].map(told).find((family) => family !== null);
  return known ?? /[a-z]+/i.exec(name)?.[0].toLowerCase() ?? model.toLowerCase();
}

/** The family of the first word that tells one. "z-ai" and "x-ai" are one word. */
function told(text: string): string | null {
  const words = text
    .toLowerCase()
    .replace(/\b([xz])[.-]ai\b/g, "$1ai")
    .split(/[^a-z0-9]+/);
  for (const word of words) {
    if (O_SERIES.test(word)) return "gpt";
    const found = FAMILIES.find(([, stems]) => stems.some((stem) => word.startsWith(stem)));
    if (found) return found[0];
  }
  return null;
}

export const sameFamily = (a: Model, b: Model): boolean => familyOf(a) === familyOf(b);
