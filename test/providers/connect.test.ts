import { afterEach, expect, test } from "vitest";
import { connect } from "../../src/connect.ts";
import { tierName } from "../../src/core/order.ts";
import { Settings } from "../../src/core/settings.ts";
import { type ModelServer, startModelServer } from "../contract/modelServer.ts";

const servers: ModelServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function place(models?: string[]): Promise<{ server: ModelServer; settings: Settings }> {
  const server = await startModelServer({ reply: () => ({ text: "ok" }), ...(models && { models }) });
  servers.push(server);
  const local = { kind: "openai-compatible", baseUrl: server.urls.openai };
  return { server, settings: Settings.parse({ providers: { local } }) };
}
const never = new AbortController().signal;
const model = { provider: "local", model: "model-a" };

test("what a provider has listed refines the catalogue, for everybody who connects to that endpoint after", async () => {
  const { server, settings } = await place();
  const first = connect(settings, new Map(), {});
  expect(first.catalogue.info(model)).toBeNull();
  await first.providers.get("local")?.models(never);
  const second = connect(settings, new Map(), {});
  for (const { catalogue } of [first, second]) {
    expect(catalogue.info(model)).toMatchObject({ context: 200_000, efforts: ["low", "medium", "high"] });
    const usage = { input: 1e6, output: 1e6, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    expect(catalogue.cost(model, usage)).toBe(12.5);
    expect(catalogue.facts({ provider: "local", model: "gone" }).offered).toBe(false);
  }
  // Another account may be offered something else.
  const other = connect(settings, new Map([["local", "sk-other"]]), {});
  expect(other.catalogue.info(model)).toBeNull();
  expect(server.journal.map(({ api }) => api)).toEqual(["models"]);
});

test("before a first attempt the endpoint is asked once", async () => {
  const { server, settings } = await place();
  const { providers, catalogue } = connect(settings, new Map(), {});
  for (let time = 0; time < 3; time++) providers.get("local")?.warm?.();
  await expect.poll(() => catalogue.info(model)?.context, { timeout: 20_000 }).toBe(200_000);
  connect(settings, new Map(), {}).providers.get("local")?.warm?.();
  expect(server.journal).toHaveLength(1);
});

test("that it does not answer is said, and changes nothing", async () => {
  const { server, settings } = await place();
  await server.close();
  const notes: string[] = [];
  const { providers, catalogue } = connect(settings, new Map(), {}, (text) => notes.push(text));
  providers.get("local")?.warm?.();
  await expect.poll(() => notes.length, { timeout: 20_000 }).toBe(1);
  expect(notes[0]).toMatch(
    /^local did not list its models, so the catalogue of \d{4}-\d\d-\d\d is used: local\/models: /,
  );
  expect(catalogue.info(model)).toBeNull();
});

test("a ladder is made of the keys that are there, from settings and environment", () => {
  const settings = Settings.parse({});
  const providersOf = (keys: [string, string][], env: Record<string, string>): string[] => [
    ...new Set(connect(settings, new Map(keys), env).ladder.map(({ provider }) => provider)),
  ];
  expect(providersOf([], {})).toEqual([]);
  expect(providersOf([["anthropic", "k"]], {})).toEqual(["anthropic"]);
  expect(providersOf([], { OPENAI_API_KEY: "k" })).toEqual(["openai"]);
  expect(providersOf([["anthropic", "k"]], { OPENAI_API_KEY: "k" }).toSorted()).toEqual([
    "anthropic",
    "openai",
  ]);
  const { ladder } = connect(settings, new Map([["anthropic", "k"]]), {});
  expect(ladder.map(tierName)).toEqual([...new Set(ladder.map(tierName))]);
});
