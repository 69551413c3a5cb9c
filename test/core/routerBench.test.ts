/** The bench of the router: tables as they come, its one JSON object, and that no truth leaks into decisions. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type Options, bench, namesIn } from "../bench/router/bench.ts";
import { leaderboard } from "../bench/router/generate.ts";
import { main } from "../bench/router/main.ts";
import { POLICIES } from "../../src/core/settings.ts";
import { type Outcome, Unusable, parseCsv, readTable } from "../bench/router/table.ts";

const OPTIONS: Options = {
  fa: 0.05,
  fr: 0.05,
  models: null,
  suite: null,
  seed: 1,
  replays: 1,
  secondCheck: false,
  policies: POLICIES,
};
const HEAD = "suite,instance,model,effort,resolved,cost_usd,steps";
const FEW = leaderboard(3, undefined, 150);

describe("a table", () => {
  const check = (text: string, expected: string[][]) => expect(parseCsv(text)).toEqual(expected);
  test("quotes, commas and line ends in fields", () => {
    check('a,"b, c",d\r\n"e ""f""",,"g\nh"\n', [
      ["a", "b, c", "d"],
      ['e "f"', "", "g\nh"],
    ]);
    check("", []);
    check("a,b\n\n", [["a", "b"]]);
    check("a,", [["a", ""]]);
  });
  test("empty costs and steps are unknown, words of truth are read", () => {
    const read = readTable(`${HEAD}\ns,1,"a, b",low,True,,12\ns,2,"a, b",low,0,0.5,\n`);
    expect(read).toEqual([
      { suite: "s", instance: "1", model: "a, b", effort: "low", resolved: true, cost: null, steps: 12 },
      { suite: "s", instance: "2", model: "a, b", effort: "low", resolved: false, cost: 0.5, steps: null },
    ]);
  });
  test("what cannot be used is said with its line", () => {
    const bad = (text: string, words: RegExp) => expect(() => readTable(text)).toThrow(words);
    bad("instance,model\n", /no column resolved; wanted are suite, instance/);
    bad(`${HEAD}\ns,1,a,,maybe,1,1\n`, /line 2: resolved is "maybe"/);
    bad(`${HEAD}\ns,1,a,,1,$1,1\n`, /line 2: cost_usd is "\$1"/);
    bad(`${HEAD}\ns,1,a\n`, /line 2: 3 fields, the heading has 7/);
    bad(`${HEAD}\ns,1,"a,,1,1,1\n`, /a quote that is not closed/);
  });
  test("names that hold commas are found among words", () => {
    expect(namesIn(["a", "b", "c"], ["a, b", "c", "a"])).toEqual(["a, b", "c"]);
    expect(() => namesIn(["x"], ["a"])).toThrow(/no outcome of "x"; the table has "a"/);
  });
});

describe("a replay", () => {
  const { report, notes } = bench(FEW, OPTIONS);
  const line = (policy: string) => report.policies.find((one) => one.policy === policy);
  test("scores what the ladder was not made from", () => expect(notes.scored).toBe(100));
  test("all policies, fixed cascades and chance stand beside each other, in shares", () => {
    expect(report.policies.map(({ policy }) => policy.replace(/[: ].*/, ""))).toEqual(
      expect.arrayContaining(["economy", "balanced", "quality", "speed", "always", "cascade", "random"]),
    );
    for (const { resolved, silentWrong, low, high } of report.policies) {
      expect(low).toBeLessThanOrEqual(resolved);
      expect(high).toBeGreaterThanOrEqual(resolved);
      expect(resolved + silentWrong).toBeLessThanOrEqual(1);
    }
  });
  test("the same seed tells the same", () => expect(bench(FEW, OPTIONS).report).toEqual(report));
  test("a perfect verifier lets nothing through wrong, and one model alone is its own quality", () => {
    const perfect = bench(FEW, { ...OPTIONS, fa: 0, fr: 0 }).report;
    expect(perfect.policies.map(({ silentWrong }) => silentWrong)).toEqual(perfect.policies.map(() => 0));
    expect(perfect.policies.find(({ policy }) => policy.startsWith("always"))).toMatchObject({
      resolved: perfect.bestSingle.resolved,
      costRatio: 1,
    });
    expect(perfect.oracle.resolved).toBeGreaterThanOrEqual(
      Math.max(...perfect.policies.map(({ resolved }) => resolved)),
    );
  });
  test("ours costs less than the best model alone", () =>
    expect(line("balanced")?.costRatio).toBeLessThan(1));
  test("no decision sees what comes later, nor the truth", () => {
    const cut = 120;
    const ids = [...new Set(FEW.map(({ instance }) => instance))];
    const later = new Set(ids.slice(cut));
    const models = ["f, thinking", "c, large", "a, largest"];
    // What the verifier said of earlier instances is kept by keeping their truth; later ones are turned round.
    const turned = FEW.map((one): Outcome =>
      later.has(one.instance) ? { ...one, resolved: !one.resolved } : one,
    );
    const early = (outcomes: Outcome[]) =>
      bench(outcomes, { ...OPTIONS, models })
        .courses.get("balanced")
        ?.slice(0, cut)
        .map((all) => all[0]?.tiers);
    expect(early(FEW)).toHaveLength(cut);
    expect(early(turned)).toEqual(early(FEW));
  });
  test("tables without costs need a ladder by name, and then the ratio is unknown", () => {
    const free = FEW.map((one): Outcome => ({ ...one, cost: null }));
    expect(() => bench(free, OPTIONS)).toThrow(Unusable);
    const made = bench(free, { ...OPTIONS, models: ["f, thinking", "a, largest"] }).report;
    expect(made.bestSingle.cost).toBeNull();
    expect(made.policies.map(({ costRatio }) => costRatio)).toEqual(made.policies.map(() => null));
  });
  test("another suite is left out, an unknown one is refused", () => {
    const both = [...FEW, ...FEW.map((one) => ({ ...one, suite: "other", resolved: false }))];
    expect(bench(both, { ...OPTIONS, suite: "synthetic" }).report).toEqual(report);
    expect(() => bench(FEW, { ...OPTIONS, suite: "none" })).toThrow(
      /no outcome of suite "none"; the table has synthetic/,
    );
  });
});

describe("the words", () => {
  const folder = mkdtempSync(join(tmpdir(), "slicewise-bench-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "table.csv");
  const rows = FEW.map(
    (one) =>
      `${one.suite},${one.instance},"${one.model}",,${one.resolved ? 1 : 0},${one.cost ?? ""},${one.steps ?? ""}`,
  );
  writeFileSync(file, `${HEAD}\n${rows.join("\n")}\n`);

  function said(...args: string[]): { status: number; out: string; err: string } {
    const told = { out: "", err: "" };
    const spies = (["out", "err"] as const).map((to) =>
      vi.spyOn(to === "out" ? process.stdout : process.stderr, "write").mockImplementation((text) => {
        told[to] += String(text);
        return true;
      }),
    );
    const status = main(args);
    for (const spy of spies) spy.mockRestore();
    return { status, ...told };
  }
  test("--json is one object and nothing else", () => {
    const { status, out, err } = said(file, "--json", "--replays", "1");
    expect([status, err]).toEqual([0, ""]);
    const made = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(made)).toEqual(["bestSingle", "oracle", "policies"]);
    expect(Object.keys((made["policies"] as object[])[0] ?? {})).toEqual([
      "policy",
      "resolved",
      "silentWrong",
      "costRatio",
      "attempts",
      "low",
      "high",
    ]);
  });
  test("what cannot be used ends with 2 and words", () => {
    const refused = (args: string[], words: RegExp) => {
      const { status, out, err } = said(...args);
      expect([status, out]).toEqual([2, ""]);
      expect(err).toMatch(words);
    };
    refused([], /one table of outcomes is wanted/);
    refused([join(folder, "none.csv")], /cannot read .*none\.csv/);
    refused([file, "--fa", "2"], /--fa is "2"; it must be a number from 0 to 0.49/);
    refused([file, "--what"], /Unknown option '--what'/);
    refused([file, "--models", "zz"], /no outcome of "zz"/);
  });
});
