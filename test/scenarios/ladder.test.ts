/** What happens to an order whose ladder is empty, names a stranger, or loses a model in mid-order. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Command, Entry } from "../../src/core/event.ts";
import { Tier } from "../../src/core/order.ts";
import type { ModelInfo, Provider } from "../../src/engine/ports.ts";
import { type Script, scripted } from "../../src/providers/scripted.ts";
import { startModelServer } from "../contract/modelServer.ts";
import { LADDER, ORDER, finish, last, makeLab, script, send, write, writes } from "./lab.ts";

const faults = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) =>
    entry.type === "faulted" || (entry.type === "stuck" && "kind" in entry.why)
      ? [entry.type === "faulted" ? entry.fault.message : "kind" in entry.why ? entry.why.message : ""]
      : [],
  );
const check = (path: string) => ({ checks: [{ run: `grep -q good ${path}`, before: "fail" }] });

test("a model removed by its vendor in mid-order: said, nothing lost, and on with another one", async () => {
  const [gone, other] = LADDER;
  if (!gone || !other) throw new Error("the lab has no ladder");
  const lab = makeLab({
    settings: { tiers: [gone], parallel: 1 },
    tasks: [
      { id: "01", keys: check("src/01.txt") },
      { id: "02", keys: { needs: ["01"], ...check("src/02.txt") } },
    ],
    models: {
      "01": [writes("src/01.txt", "good\n")],
      "02": [
        [
          ({ model }) =>
            model === gone.model
              ? { status: 404, code: "model_not_found", message: `The model ${model} does not exist` }
              : write("src/02.txt", "good\n"),
          finish(),
        ],
      ],
    },
  });
  const entries = await lab.run();
  expect(lab.landed("src/01.txt")).toBe("good");
  expect(faults(entries).at(-1)).toMatch(
    new RegExp(`${gone.model}.*no such model.*Choose a model that .* offers with "Slicewise: Choose Models"`),
  );
  expect(
    entries.some(
      (entry) => entry.type === "attempted" && entry.slice === "02" && entry.tier.model !== gone.model,
    ),
  ).toBe(false);
  const settings = { ...lab.host().settings, tiers: [Tier.parse(other)] };
  await lab.run({ settings }, (opened) => send(opened, { do: "retry", slice: "02" }));
  expect(lab.landed("src/02.txt")).toBe("good");
  expect(lab.log().findLast((entry) => entry.type === "attempted")).toMatchObject({ tier: other });
});

test("what a provider lists while an order runs is what its later routes are decided by", async () => {
  const answers = script({ "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] });
  const server = await startModelServer({ reply: answers, models: ["model-a"] });
  onTestFinished(() => server.close());
  const lab = makeLab({
    settings: {
      tiers: [{ provider: "local", model: "model-a", effort: null }],
      providers: { local: { kind: "openai-compatible", baseUrl: server.urls.openai } },
      parallel: 1,
    },
    tasks: [
      { id: "01", keys: check("src/01.txt") },
      { id: "02", keys: { needs: ["01"], ...check("src/02.txt") } },
    ],
  });
  const log = await lab.run();
  const priced = log.flatMap((entry) =>
    entry.type === "configured" ? [entry.config.routing?.facts["local/model-a"]?.cost[0] ?? null] : [],
  );
  expect(priced).toEqual([null, expect.any(Number)]);
  expect(log.filter(({ type }) => type === "configured").at(-1)).toMatchObject({
    config: { tiers: [{ model: "model-a" }], efforts: { "local/model-a": ["low", "medium", "high"] } },
  });
  const routes = log.flatMap((entry) => (entry.type === "routed" ? [entry.route.predicted] : []));
  expect(routes).toEqual([null, expect.any(Number)]);
  expect(last(log, "ended")).toMatchObject({ result: "done" });
  expect(server.journal.flatMap(({ violations }) => violations)).toEqual([]);
});

/** The lab's model, whose vendor answers what it has when it is warmed. */
function listing(info: Partial<ModelInfo>, given: Script): { provider: Provider; asked: () => number } {
  const made = scripted({ id: "lab", script: given, retries: 0 });
  const all = {
    id: "strange-1",
    context: null,
    maxOutput: null,
    efforts: null,
    defaultEffort: null,
    tools: null,
  };
  let count = 0;
  return {
    provider: {
      ...made,
      warm: () => void (count += 1),
      listed: () => (count > 0 ? [{ ...all, ...info }] : null),
    },
    asked: () => count,
  };
}
const STRANGE = { provider: "lab", model: "strange-1", effort: null };

test("a model that is listed without tools before its first attempt begins is not asked", async () => {
  const lab = makeLab({ settings: { tiers: [STRANGE] }, tasks: [{ id: "01", keys: check("src/01.txt") }] });
  const { provider } = listing(
    { tools: false },
    script({ "01": [writes("src/01.txt", "good\n")] }, {}, lab.seen),
  );
  const log = await lab.run({ extraProviders: new Map([["lab", provider]]) });
  expect(faults(log).join("\n")).toMatch(/strange-1 takes no tools/);
  expect(lab.seen).toEqual([]);
});

test("the planner's provider is asked for its models, too", async () => {
  const lab = makeLab({ settings: { tiers: [STRANGE], planner: STRANGE } });
  const { provider, asked } = listing({}, () => ({ text: "I will not plan." }));
  await lab.run({ extraProviders: new Map([["lab", provider]]) });
  expect(asked()).toBeGreaterThan(0);
});

test("a tier without an effort is raised from the one its model makes of itself", async () => {
  const bad = ["bad", "worse", "worst"].flatMap((text) => writes("src/01.txt", text));
  const lab = makeLab({
    settings: { tiers: [{ provider: "lab", model: "claude-haiku-5-5", effort: null }] },
    tasks: [{ id: "01", keys: check("src/01.txt") }],
    models: { "01": [bad, writes("src/01.txt", "good")] },
  });
  const log = await lab.run();
  const efforts = log.flatMap((entry) => (entry.type === "routed" ? [entry.route.tier.effort] : []));
  expect(efforts).toEqual([null, "high"]);
  expect(last(log, "ended")).toMatchObject({ result: "done" });
});

describe("a tier asked for by name that cannot execute is refused, and nothing is changed", () => {
  const task = `.slicewise/orders/${ORDER}/tasks/01-task.md`;
  const check = async (command: Command, words: RegExp): Promise<void> => {
    const lab = makeLab({
      settings: { autonomy: "review", models: { "dear-6": { efforts: ["low"] }, mute: { tools: false } } },
      tasks: [{ id: "01" }],
      models: { "01": [writes("src/01.txt", "good\n")] },
    });
    const before = lab.text(task);
    const log = await lab.run({}, async (opened) => {
      await send(opened, { do: "approvePlan" });
      await opened.engine.idle();
      expect((await opened.engine.send(command))?.refused).toMatch(words);
    });
    expect(lab.text(task)).toBe(before);
    expect(log.at(-1)).toMatchObject({ type: "judged" });
  };
  test("of no provider", () =>
    check({ do: "reroute", slice: "01", route: "nowhere/m" }, /No provider "nowhere" is set up/));
  test("with an effort its model does not take", () =>
    check(
      { do: "reroute", slice: "01", route: "lab/dear-6@max" },
      /not take the effort "max". It takes low/,
    ));
  test("of a model that takes no tools", () =>
    check(
      { do: "rerun", slice: "01", tier: { provider: "lab", model: "mute", effort: null } },
      /mute takes no tools/,
    ));
});

test.each([
  ["an empty ladder", [], /slicewise\.tiers.*empty.*Set an API key or choose models/],
  [
    "a tier of a provider there is not",
    [{ provider: "nowhere", model: "m", effort: null }],
    /No provider "nowhere" is set up \(known: .*\)\. Add it to `slicewise\.providers` or choose another model/,
  ],
])("%s: said, with the next step", async (_name, tiers, words) => {
  const lab = makeLab({ settings: { tiers }, tasks: [{ id: "01", keys: check("src/01.txt") }], models: {} });
  const entries = await lab.run();
  expect(faults(entries).join("\n")).toMatch(words);
  expect(lab.seen).toEqual([]);
});
