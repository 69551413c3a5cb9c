import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BaseFacts, criticise, repair } from "../../src/core/critics.ts";
import type { Finding, Fix, Slice } from "../../src/core/order.ts";
import { slice } from "./orders.ts";

const withFix = (fix: Fix): Finding => ({
  critic: "c",
  severity: "warning",
  slices: [],
  message: "m",
  remedy: "r",
  fix,
});
/** Slices as "id needs…", and how many findings are left. */
const shape = (slices: readonly Slice[]): string[] => slices.map(({ id, needs }) => [id, ...needs].join(" "));

describe("repair applies what needs no judgement", () => {
  const check = (slices: Slice[], fixes: Fix[], expected: string[], left = 0): void => {
    const before = structuredClone(slices);
    const repaired = repair(slices, fixes.map(withFix));
    expect([shape(repaired.slices), repaired.left.length]).toEqual([expected, left]);
    expect(slices).toEqual(before);
  };
  const chain = [slice("01"), slice("02", { needs: ["01"] }), slice("03", { needs: ["02"] })];
  test.each<[string, Slice[], Fix[], string[], number?]>([
    ["a need", chain, [{ do: "addNeed", slice: "03", need: "01" }], ["01", "02 01", "03 02 01"]],
    ["a need that is there", chain, [{ do: "addNeed", slice: "02", need: "01" }], ["01", "02 01", "03 02"]],
    [
      "a need that would close a ring",
      chain,
      [{ do: "addNeed", slice: "01", need: "03" }],
      ["01", "02 01", "03 02"],
      1,
    ],
    ["a need of nobody", chain, [{ do: "addNeed", slice: "01", need: "07" }], ["01", "02 01", "03 02"], 1],
    ["a need too many", chain, [{ do: "removeNeed", slice: "03", need: "02" }], ["01", "02 01", "03"]],
    [
      "a merge",
      [slice("01"), slice("02"), slice("03", { needs: ["02"] })],
      [{ do: "merge", into: "01", from: "02" }],
      ["01", "03 01"],
    ],
    [
      "a merge around another slice",
      chain,
      [{ do: "merge", into: "01", from: "03" }],
      ["01", "02 01", "03 02"],
      1,
    ],
    [
      "what is said of a slice that was merged",
      [slice("01"), slice("02"), slice("03"), slice("04")],
      [
        { do: "addNeed", slice: "03", need: "02" },
        { do: "addNeed", slice: "02", need: "04" },
        { do: "addNeed", slice: "02", need: "01" },
        { do: "merge", into: "01", from: "02" },
      ],
      ["01 04", "03 01", "04"],
    ],
    ["a drop is for people", chain, [{ do: "drop", slice: "02" }], ["01", "02 01", "03 02"], 1],
  ])("%s", (_name, slices, fixes, expected, left) => check(slices, fixes, expected, left));

  test("a check's promise", () => {
    const given = slice("01", { checks: [{ expect: "nice" }, { run: "npm test", before: "fail" }] });
    const set = (place: number) => withFix({ do: "setBefore", slice: "01", check: place, before: "pass" });
    const { slices, left } = repair([given], [set(1), set(0), set(7)]);
    expect(slices[0]?.checks).toEqual([{ expect: "nice" }, { run: "npm test", before: "pass" }]);
    expect(left).toEqual([set(0), set(7)]);
  });
  test("a merged slice is both", () => {
    const one = slice("01", {
      title: "One",
      class: "C1",
      produces: ["x"],
      consumes: ["y", "z"],
      minutes: 20,
      body: "Do one.",
    });
    const two = slice("02", {
      title: "Two",
      class: "C3",
      produces: ["y"],
      needs: ["03"],
      minutes: 25,
      route: "a/b",
      body: "Do two.",
    });
    const { slices } = repair([one, two, slice("03")], [withFix({ do: "merge", into: "01", from: "02" })]);
    expect(slices[0]).toEqual({
      ...one,
      title: "One; Two",
      class: "C3",
      needs: ["03"],
      writes: ["src/01.ts", "src/02.ts"],
      consumes: ["z"],
      produces: ["x", "y"],
      minutes: 45,
      body: "Do one.\n\nDo two.",
    });
  });
});

// ── Any plan ────────────────────────────────────────────────────────────────────────────────────────────────────────

const FILES = ["a.ts", "b.ts", "src/c.ts", "src/d.ts"];
const NEW = ["new.ts", "src/new.ts"];
const GLOBS = [...FILES, ...NEW, "src/*.ts", "src/**", "**/*.md"];
const NAMES = ["one", "two", "src/c.ts#three", "new.ts#four"];
const KNOWN = "three";
const facts: BaseFacts = {
  files: FILES,
  definitions: new Map([[KNOWN, [{ path: "src/c.ts", signature: KNOWN }]]]),
  scripts: { "": ["test"] },
  targets: [],
  dependencies: [],
  programs: new Set(["npm"]),
  functions: [],
  tried: [],
};

const someOf = (all: readonly string[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...all), { maxLength: most });
const someSlice = fc.record({
  needs: fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
  reads: someOf([...FILES, ...NEW], 2),
  writes: someOf(GLOBS, 2).filter((all) => all.length > 0),
  consumes: someOf(NAMES, 1),
  produces: someOf(NAMES, 1),
});
/** Needs only lead to slices that are earlier in a hidden order, so there are no cycles; the list has another order. */
const somePlan = fc.record({
  slices: fc.array(someSlice, { minLength: 2, maxLength: 8 }),
  rank: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8, maxLength: 8 }),
  landed: fc.nat(3),
  isKnown: fc.boolean(),
});
type SomePlan = typeof somePlan extends fc.Arbitrary<infer T> ? T : never;
type Given = { slices: Slice[]; base: BaseFacts | null; landed: Set<string> };

function planOf({ slices, rank, landed, isKnown }: SomePlan): Given {
  const rankOf = (at: number): number => rank[at] ?? at;
  const made = slices.map(({ needs, ...rest }, at) =>
    slice(`s${at}`, {
      ...rest,
      needs: needs
        .filter((need) => need < slices.length && rankOf(need) < rankOf(at))
        .map((need) => `s${need}`),
    }),
  );
  // What landed has all it needs.
  const first = made.map((_, at) => at).sort((a, b) => rankOf(a) - rankOf(b));
  return {
    slices: made,
    base: isKnown ? facts : null,
    landed: new Set(first.slice(0, landed).map((at) => `s${at}`)),
  };
}

/** Every slice that has to land before this one. */
function before(slices: readonly Slice[], id: string): Set<string> {
  const seen = new Set<string>();
  const open = [id];
  for (let one = open.pop(); one !== undefined; one = open.pop())
    for (const need of slices.find((other) => other.id === one)?.needs ?? []) {
      if (seen.has(need)) continue;
      seen.add(need);
      open.push(need);
    }
  return seen;
}
const inOrder = (slices: readonly Slice[], a: string, b: string): boolean =>
  before(slices, a).has(b) || before(slices, b).has(a);
const hasCycle = (slices: readonly Slice[]): boolean => slices.some(({ id }) => before(slices, id).has(id));

/** What these globs name in a world of a few files. */
const WORLD = [...FILES, ...NEW, "x.md", "src/x.md", "src/e.ts"];
const named = (globs: readonly string[]): string[] =>
  WORLD.filter((path) =>
    globs.some(
      (glob) =>
        glob === path ||
        (glob === "src/*.ts" && /^src\/[^/]+\.ts$/.test(path)) ||
        (glob === "src/**" && path.startsWith("src/")) ||
        (glob === "**/*.md" && path.endsWith(".md")),
    ),
  );
const share = (a: readonly string[], b: readonly string[]): boolean =>
  named(a).some((path) => named(b).includes(path));
/** `one` builds on what `other` makes or changes. */
const buildsOn = (one: Slice, other: Slice): boolean =>
  share(one.reads, other.writes) ||
  one.consumes.some(
    (name) => other.produces.includes(name) || share([name.split("#")[0] ?? ""], other.writes),
  );
const conflict = (a: Slice, b: Slice): boolean =>
  share(a.writes, b.writes) || buildsOn(a, b) || buildsOn(b, a);

const find = (slices: readonly Slice[], id: string): Slice => {
  const found = slices.find((one) => one.id === id);
  if (!found) throw new Error(`no slice ${id}`);
  return found;
};
const fixesOf = <D extends Fix["do"]>(findings: readonly Finding[], what: D): Extract<Fix, { do: D }>[] =>
  findings.flatMap(({ fix }) => (fix?.do === what ? [fix as Extract<Fix, { do: D }>] : []));

describe("any plan, criticised and repaired", () => {
  const holds = (
    property: (given: Given, findings: Finding[], repaired: ReturnType<typeof repair>) => void,
  ): void =>
    fc.assert(
      fc.property(somePlan, (some) => {
        const given = planOf(some);
        const findings = criticise(given.slices, given.base, given.landed);
        property(given, findings, repair(given.slices, findings));
      }),
      { numRuns: 400 },
    );
  /** Needs that contradict what slices make have no order that is right. */
  const isContradictory = (findings: readonly Finding[]): boolean =>
    findings.some(({ critic }) => critic === "contradictory order");

  test("no two slices without an order write the same file", () =>
    holds(({ landed }, findings, { slices }) => {
      if (isContradictory(findings)) return;
      const open = slices.filter(({ id }) => !landed.has(id));
      const bad = open.flatMap((a) =>
        open
          .filter((b) => a.id < b.id && share(a.writes, b.writes) && !inOrder(slices, a.id, b.id))
          .map((b) => [a.id, b.id]),
      );
      expect(bad).toEqual([]);
    }));
  test("no need is added without a conflict, none between slices that have an order, and none that others imply", () =>
    holds(({ slices }, findings) => {
      const added = fixesOf(findings, "addNeed");
      for (const one of added) {
        expect(conflict(find(slices, one.slice), find(slices, one.need))).toBe(true);
        expect(inOrder(slices, one.slice, one.need)).toBe(false);
        const others = added.filter((other) => other !== one);
        const without = slices.map((each) => ({
          ...each,
          needs: [
            ...each.needs,
            ...others.filter((other) => other.slice === each.id).map((other) => other.need),
          ],
        }));
        expect(inOrder(without, one.slice, one.need)).toBe(false);
      }
    }));
  test("what is added makes no cycle", () =>
    holds((_given, findings, { slices, left }) => {
      expect(hasCycle(slices)).toBe(false);
      const wanted = findings.filter(({ fix }) => fix !== undefined && fix.do !== "drop");
      expect(left.filter((one) => wanted.includes(one))).toEqual([]);
    }));
  test("only what is forced in both directions is merged", () =>
    holds(({ slices }, findings) => {
      for (const { into, from } of fixesOf(findings, "merge")) {
        const [a, b] = [find(slices, into), find(slices, from)];
        expect([buildsOn(a, b), buildsOn(b, a), inOrder(slices, into, from)]).toEqual([true, true, false]);
      }
    }));
  test("what landed stays as it is, and no finding is about it alone", () =>
    holds(({ slices, landed }, findings, repaired) => {
      const kept = (all: readonly Slice[]): Slice[] => all.filter(({ id }) => landed.has(id));
      expect(kept(repaired.slices)).toEqual(kept(slices));
      for (const { slices: ids } of findings) expect(landed.has(ids[0] ?? "")).toBe(false);
    }));
  test("is found again the same, and what is repaired stays repaired", () =>
    holds(({ slices, base, landed }, findings, repaired) => {
      expect(criticise(slices, base, landed)).toEqual(findings);
      if (isContradictory(findings)) return;
      const again = criticise(repaired.slices, base, landed);
      expect([...fixesOf(again, "addNeed"), ...fixesOf(again, "merge")]).toEqual([]);
    }));
});
