import { describe, expect, test } from "vitest";
import { driftText, exactPaths, movedFiles, restamped } from "../../src/core/drift.ts";
import type { Event } from "../../src/core/event.ts";
import type { Sha } from "../../src/core/order.ts";
import { approved, into, order, passed, slice, userApproved } from "./orders.ts";

const sha = (digit: string): Sha => digit.repeat(64);
const [A, B, C] = [sha("a"), sha("b"), sha("c")];

/** An approved order whose plan read these files. */
const planned = (files: Record<string, Sha>, slices = [slice("01")]): Event[] =>
  approved(slices).map((event) =>
    event.type === "planned" ? { ...event, stamp: { commit: "c0", files } } : event,
  );
const landed = (into: "branch" | "workspace", files: [string, Sha | null][]): Event[] => [
  ...passed("01"),
  userApproved("01"),
  {
    type: "landed",
    slice: "01",
    attempt: 1,
    commit: "c1",
    into,
    files: files.map(([path, after]) => ({ path, after, mode: "100644" })),
  },
];

describe("files that moved under a plan", () => {
  type Case = [string, Event[], Record<string, Sha | null>, string[]];
  test.each<Case>([
    ["as they were", planned({ a: A, b: B }), { a: A, b: B }, []],
    ["changed", planned({ a: A, b: B }), { a: C, b: B }, ["a"]],
    ["gone", planned({ a: A }), { a: null }, ["a"]],
    ["not looked at is not there", planned({ a: A }), {}, ["a"]],
    ["others do not matter", planned({ a: A }), { a: A, z: C }, []],
    ["a plan without a stamp", planned({}), { a: A }, []],
    ["before there is a plan", [], { a: A }, []],
    ["landed into the workspace", [...planned({ a: A }), ...landed("workspace", [["a", B]])], { a: B }, []],
    [
      "landed there, and then edited",
      [...planned({ a: A }), ...landed("workspace", [["a", B]])],
      { a: C },
      ["a"],
    ],
    [
      "landed there, and put back by hand",
      [...planned({ a: A }), ...landed("workspace", [["a", B]])],
      { a: A },
      ["a"],
    ],
    ["deleted by the order", [...planned({ a: A }), ...landed("workspace", [["a", null]])], { a: null }, []],
    [
      "landed on the branch, the workspace as it was",
      [...planned({ a: A }), ...landed("branch", [["a", B]])],
      { a: A },
      [],
    ],
    [
      "landed on the branch, which was merged",
      [...planned({ a: A }), ...landed("branch", [["a", B]])],
      { a: B },
      [],
    ],
    [
      "landed on the branch, and edited",
      [...planned({ a: A }), ...landed("branch", [["a", B]])],
      { a: C },
      ["a"],
    ],
    ["made by a slice", [...planned({}), ...landed("workspace", [["a", B]])], { a: B }, []],
    [
      "made by a slice, and then edited",
      [...planned({}), ...landed("workspace", [["a", B]])],
      { a: C },
      ["a"],
    ],
    [
      "made by a slice, and deleted",
      [...planned({}), ...landed("workspace", [["a", B]])],
      { a: null },
      ["a"],
    ],
    [
      "made by a slice, edited, and said already",
      [
        ...planned({}),
        ...landed("workspace", [["a", B]]),
        { type: "drifted", files: [{ path: "a", now: C }], commit: "c3" },
      ],
      { a: C },
      [],
    ],
    [
      "made by a slice on the branch alone",
      [...planned({}), ...landed("branch", [["a", B]])],
      { a: null },
      [],
    ],
    ["not yet landed", [...planned({ a: A }), ...into.approval("01")], { a: B }, ["a"]],
    [
      "taken back out",
      [
        ...planned({ a: A }),
        ...landed("workspace", [["a", B]]),
        {
          type: "reverted",
          slice: "01",
          commit: "c2",
          into: "workspace",
          files: [{ path: "a", after: A, mode: "100644" }],
        },
      ],
      { a: A },
      [],
    ],
    [
      "said already",
      [
        ...planned({ a: A, b: B }),
        {
          type: "drifted",
          files: [
            { path: "a", now: C },
            { path: "b", now: null },
          ],
          commit: "c3",
        },
      ],
      { a: C, b: null },
      [],
    ],
  ])("%s", (_name, events, now, expected) => {
    const found = movedFiles(order(events), new Map(Object.entries(now)));
    expect(found.map(({ path }) => path)).toEqual(expected);
    for (const { path, now: hash } of found) expect(hash).toBe(now[path] ?? null);
  });
});

test("drift makes what was tried void, has the plan checked again, and says so", () => {
  const before = planned({ a: A }).map((event): Event =>
    event.type === "criticised" ? { ...event, tried: [], base: "b" } : event,
  );
  expect(order(before).tried).not.toBeNull();
  const after = order([...before, { type: "drifted", files: [{ path: "a", now: B }], commit: "c3" }]);
  expect(after).toMatchObject({ tried: null, findings: null, moved: ["a"], approved: true });
  expect(after.planned?.stamp).toEqual({ commit: "c3", files: { a: B } });
  expect(after.warnings).toEqual([
    "Changed since the plan was made: a. The plan is checked again before anything starts.",
  ]);
  expect(order([...before, { type: "planApproved", by: "user" }]).moved).toEqual([]);
});

test("the files a slice names one by one are stamped, globs are not", () => {
  const slices = [
    slice("01", { reads: ["a.ts", "src/**", "b?.ts"], writes: ["c.ts", "{d,e}.ts"] }),
    slice("02", { reads: ["c.ts", "[x].ts"], writes: ["!z"] }),
  ];
  expect(exactPaths(slices)).toEqual(["c.ts", "a.ts", "[x].ts"]);
  const many = Array.from({ length: 900 }, (_, at) => `f${at}`);
  expect(exactPaths([slice("01", { reads: many })])).toHaveLength(500);
});

test("a stamp follows its files, and takes in what slices made as long as there is room", () => {
  const now = [
    { path: "a", now: C },
    { path: "b", now: null },
    { path: "z", now: A },
    { path: "y", now: null },
  ];
  const stamp = { commit: "c0", files: { a: A, b: B } };
  expect(restamped(stamp, now)).toEqual({ commit: "c0", files: { a: C, z: A } });
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, A]));
  const full = restamped({ commit: "c0", files: many }, [{ path: "f0", now: B }, ...now]);
  expect(full.files).toEqual({ ...many, f0: B });
});

test("many moved files are counted, not listed", () =>
  expect(driftText(["a", "b", "c", "d", "e", "f", "g"])).toContain("a, b, c, d, e and 2 more."));
