/** The settings as VS Code has them: one key a leaf, `slicewise.` before it. A test holds them to core's schema. */
export const SETTING_KEYS = [
  "tiers",
  "planner",
  "reviewer",
  "providers",
  "prices",
  "models",
  "autonomy",
  "parallel",
  "policy",
  "budget.order",
  "budget.slice",
  "budget.day",
  "limits.turns",
  "limits.tokens",
  "limits.minutes",
  "limits.checkSeconds",
  "sandbox.mode",
  "sandbox.network",
  "commands.allow",
  "git.push",
] as const;

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy of `tree` with `value` at a dotted key; objects on the way are kept, anything else there is replaced. */
export function withKey(tree: Json, key: string, value: unknown): Json {
  const dot = key.indexOf(".");
  if (dot < 0) return { ...tree, [key]: value };
  const head = key.slice(0, dot);
  const inner = tree[head];
  return { ...tree, [head]: withKey(isObject(inner) ? inner : {}, key.slice(dot + 1), value) };
}
