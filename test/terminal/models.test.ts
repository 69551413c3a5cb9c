/** `slicewise models`, offline and against a server that lists. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import { startModelServer } from "../contract/modelServer.ts";
import { makeLab } from "../scenarios/lab.ts";

type Ran = { status: number; out: string };

async function models(settings: object, env: Record<string, string>, ...words: string[]): Promise<Ran> {
  const lab = makeLab({ files: { ".slicewise/settings.json": JSON.stringify(settings) } });
  let out = "";
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (out += text),
    signal: new AbortController().signal,
    env: { XDG_DATA_HOME: join(lab.root, "../data"), ...env },
  };
  const parsed = readArgs(["models", ...words, "--workspace", lab.root]);
  if (!("args" in parsed)) throw new Error(JSON.stringify(parsed));
  const status = await perform(parsed.args, terminal).catch((error: unknown) => {
    out += error instanceof Error ? error.message : String(error);
    return 2;
  });
  return { status, out };
}

/** Nothing listens there: a listing fails at once. */
const NOWHERE = { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };

test("the ladder made from the keys, with prices, efforts, roles and sources; no listing harms nothing", async () => {
  const { status, out } = await models({}, NOWHERE);
  expect(status).toBe(0);
  expect(out.replace(/anthropic\/models: .*/, "WHY")).toMatchSnapshot();
}, 30_000);

test("as JSON", async () => {
  const { out } = await models({}, NOWHERE, "--json");
  const shown = JSON.parse(out) as {
    ladder: { tier: string; facts: { prices: unknown } }[];
    [key: string]: unknown;
  };
  expect(shown).toMatchObject({ type: "models", from: "keys", reviewer: null });
  expect(shown["planner"]).toEqual({ tier: shown.ladder.at(-1)?.tier, from: "top of the ladder" });
  expect(shown.ladder[0]).toMatchObject({
    tier: "anthropic/claude-haiku-5-5@low",
    family: "claude",
    facts: {
      prices: { value: { input: 0.1, cacheWriteHour: 0.2 } },
      efforts: { from: "table checked by hand, 2026-11-21" },
    },
  });
}, 30_000);

test("what a provider lists wins, and says so", async () => {
  const server = await startModelServer({ reply: () => ({ text: "" }) });
  const settings = {
    providers: { local: { kind: "openai-compatible", baseUrl: server.urls.openai } },
    tiers: [
      { provider: "local", model: "model-a", effort: "low" },
      { provider: "local", model: "model-b", effort: null },
    ],
    prices: { "local/model-b": { input: 0, output: 0 } },
  };
  const { status, out } = await models(settings, {});
  await server.close();
  expect(status).toBe(0);
  expect(out).toContain("in $2.5, out $10, cache read $0.25, write ? (the provider's own listing)");
  expect(out).toContain("in $0, out $0, cache read $0, write $0 (your settings (local/model-b))");
  expect(out).toContain("local/model-b costs less than local/model-a@low below it");
});

const tier = (provider: string, model: string, effort: string | null) => ({ provider, model, effort });

test("a model that takes no tools says so where it stands", async () => {
  const one = tier("anthropic", "claude-haiku-5-5", "low");
  const { out } = await models({ tiers: [one], models: { "claude-haiku-5-5": { tools: false } } }, NOWHERE);
  expect(out).toContain("; takes no tools (your settings (claude-haiku-5-5))\n");
}, 30_000);

test("a price known to come says from when", async () => {
  const { out } = await models({ tiers: [tier("google", "gemini-3.8-flash", "low")] }, NOWHERE);
  expect(out).toContain("\n            from 2027-01-01 on in $1.5, out $7.5\n");
}, 30_000);

test.each([
  ["no key and no tier", {}, {}, 1, "The ladder is empty"],
  [
    "a provider there is not",
    { tiers: [tier("nowhere", "m", null)] },
    {},
    1,
    "there is no provider “nowhere” (known: anthropic, openai). Add it to slicewise.providers",
  ],
  [
    "a tier without a key",
    { tiers: [tier("openai", "gpt-6-luna", "low")] },
    {},
    1,
    "openai has no key. Set one",
  ],
  [
    "an effort it does not take",
    { tiers: [tier("anthropic", "claude-haiku-4-5", "high")] },
    NOWHERE,
    1,
    "does not take effort high; it takes no effort (table checked by hand",
  ],
  [
    "a model that is gone",
    { tiers: [tier("anthropic", "claude-opus-4", null)] },
    NOWHERE,
    1,
    "anthropic/claude-opus-4 was switched off by its vendor (llm-zoo 1.37.0). Choose another model.",
  ],
  [
    "one without a price",
    { tiers: [tier("anthropic", "claude-fable-5-2", "high")] },
    NOWHERE,
    0,
    "its price is unknown, so its cost is shown as unknown and no budget can hold it. Set it in slicewise.prices.",
  ],
  [
    "a rung twice",
    { tiers: [tier("anthropic", "claude-haiku-5-5", "low"), tier("anthropic", "claude-haiku-5-5", "low")] },
    NOWHERE,
    0,
    "stands on the ladder twice",
  ],
  [
    "a price with a currency",
    { prices: { m: { input: "$3", output: 1 } } },
    {},
    2,
    'settings.json prices.m.input: must be a number of US dollars per million tokens, such as 2.5, without a currency; it is "$3"',
  ],
])(
  "%s is said, with what to do",
  async (_name, settings, env, status, words) => {
    const ran = await models(settings, env);
    expect(ran.out).toContain(words);
    expect(ran.status).toBe(status);
  },
  30_000,
);

test("equal prices are in order either way", async () => {
  const tiers = [tier("anthropic", "claude-sonnet-5-5", "low"), tier("anthropic", "claude-sonnet-5", "low")];
  const same = { input: 2, output: 10 };
  const prices = { "claude-sonnet-5-5": same, "claude-sonnet-5": same };
  for (const some of [tiers, tiers.toReversed()])
    expect((await models({ tiers: some, prices }, NOWHERE)).out).not.toContain("costs less");
}, 30_000);
