/**
 * Real input: 25 exercises as one order of hand-written slices, through the built program, the real SDKs, git and Jest.
 * Once from start to end, and once killed again and again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import type { OrderView } from "../../src/protocol/view.ts";
import type { ModelServer } from "../contract/modelServer.ts";
import { type Ended, copyProgram } from "./program.ts";
import {
  eventsOf,
  git,
  landedFiles,
  landings,
  mostAtOnce,
  only,
  type Program,
  run,
  serveExecutors,
  slicewise,
} from "./scenario.ts";
import { isSpoiled, needsTier, tampers } from "./script.ts";
import { installHarness, readSuite, suiteFolder, whyNoSuite } from "./suite.ts";
import { BRANCH, NEEDS, type Workspace, dispose, makeWorkspace, solutionOf, specOf } from "./workspace.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MINUTES = 60_000;
const missing = whyNoSuite(ROOT);
if (missing) console.log(missing);

describe.skipIf(missing)("the polyglot suite", () => {
  const exercises = missing ? [] : readSuite(suiteFolder(ROOT));
  const idOf = (name: string): string => exercises.find((one) => one.name === name)?.id ?? "";
  const references = new Map(exercises.map((one) => [solutionOf(one), one.solution]));
  const workspaces: Workspace[] = [];
  let server: ModelServer;
  let main: string;

  const prepare = (): Program => {
    const workspace = makeWorkspace(exercises, installHarness(ROOT));
    workspaces.push(workspace);
    return { main, workspace, server };
  };

  beforeAll(async () => {
    main = copyProgram(ROOT);
    server = await serveExecutors(exercises);
  }, 2 * MINUTES);

  afterAll(async () => {
    await server.close();
    workspaces.forEach(dispose);
  });

  function expectReferences({ workspace }: Program): void {
    expect(exercises).toHaveLength(25);
    expect(landedFiles(workspace)).toEqual(references);
    expect(landings(workspace).toSorted()).toEqual(exercises.map(({ id }) => id));
    expect(git(workspace, "status", "--porcelain")).toBe("?? .slicewise/\n");
  }

  describe("from start to end", () => {
    let program: Program;
    let ended: Ended;
    let events: Entry[];

    beforeAll(async () => {
      program = prepare();
      ended = await run(program);
      events = eventsOf(program.workspace);
    }, 8 * MINUTES);

    test("ends as done, and every request was one a vendor takes", () => {
      expect(ended).toMatchObject({ status: 0, err: "" });
      expect(server.journal.flatMap(({ violations }) => violations)).toEqual([]);
    });

    test("all 25 land as commits; the branch is the base and the reference solutions, byte for byte", () => {
      expectReferences(program);
      for (const [name, need] of Object.entries(NEEDS)) {
        const order = landings(program.workspace);
        expect(order.indexOf(idOf(need))).toBeLessThan(order.indexOf(idOf(name)));
      }
    });

    test("three slices run at once, and never more", () => {
      expect(mostAtOnce(events)).toBe(3);
    });

    test("every verdict that landed went from red to green", () => {
      const passed = only(events, "judged").filter(({ verdict }) => verdict.result === "pass");
      const commands = passed.map(({ verdict }) => verdict.evidence.filter(({ kind }) => kind === "command"));
      expect(commands).toHaveLength(25);
      for (const [evidence] of commands)
        expect(evidence).toMatchObject({ before: "fail", result: "pass", flaky: false });
    });

    test("the spoiled ones, and only they, climb: first in effort, then in tier", () => {
      const climbs = only(events, "routed").filter(({ by }) => by === "climb");
      const climbers = new Set(climbs.map(({ slice }) => slice));
      expect([...climbers].toSorted()).toEqual(exercises.filter(isSpoiled).map(({ id }) => id));
      for (const exercise of exercises.filter(isSpoiled)) {
        const wanted = [
          { model: "claude-haiku-5-5", effort: "medium" },
          ...(needsTier(exercise) ? [{ model: "gpt-6-sol", effort: "medium" }] : []),
        ];
        const tiers = climbs.filter(({ slice }) => slice === exercise.id).map(({ route }) => route.tier);
        expect(tiers).toMatchObject(wanted);
      }
    });

    test("a test is edited by nobody: the tool refuses, and the verdict sees what a command did", () => {
      const tamperer = exercises.find(tampers)!;
      expect(only(events, "refused").map(({ slice, tool, what }) => ({ slice, tool, what }))).toEqual([
        { slice: tamperer.id, tool: "edit", what: specOf(tamperer) },
      ]);
      const verdicts = only(events, "judged").filter(({ slice }) => slice === tamperer.id);
      expect(verdicts.map(({ verdict }) => verdict.result)).toEqual(["fail", "pass"]);
      const guard = verdicts[0]?.verdict.evidence.find(({ result }) => result === "fail");
      expect(guard).toMatchObject({ kind: "guard", name: "write set" });
      expect(guard?.why).toContain(specOf(tamperer));
    });

    test("the log is whole; cost and MTBI are known", async () => {
      const checked = await slicewise(program, "verify-log", "polyglot", "--json").ended;
      expect(JSON.parse(checked.out)).toEqual({ ok: true, lines: events.length + 1, torn: 0 });
      const shown = await slicewise(program, "show", "polyglot", "--json").ended;
      const { money, mtbi } = JSON.parse(shown.out) as OrderView;
      expect(money.spent).toBeGreaterThan(0);
      expect(money.saving).toBeGreaterThan(0);
      expect(mtbi).toMatchObject({ interventions: 0 });
      expect(mtbi.text).not.toBe("");
    });
  });

  test(
    "killed again and again, it ends with the same tree and nothing twice",
    async () => {
      const program = prepare();
      const random = seeded(20261121);
      for (let kill = 0; kill < 4; kill += 1) await runAndKill(program, 20 + random() * 40, random() * 400);
      const ended = await run(program);
      expect(ended).toMatchObject({ status: 0, err: "" });
      expectReferences(program);
      const events = eventsOf(program.workspace);
      const landed = only(events, "landed").map(({ slice }) => slice);
      expect(landed.toSorted()).toEqual(exercises.map(({ id }) => id));
      const cut = only(events, "faulted").filter(({ fault }) => fault.kind === "interrupted");
      expect(cut.length).toBeGreaterThan(0);
      const trees = [program, { workspace: workspaces[0]! }].map(({ workspace }) =>
        git(workspace, "rev-parse", `${BRANCH}^{tree}`),
      );
      expect(trees[0]).toBe(trees[1]);
      const checked = await slicewise(program, "verify-log", "polyglot", "--json").ended;
      expect(JSON.parse(checked.out)).toMatchObject({ ok: true, torn: 0 });
    },
    8 * MINUTES,
  );

  /** Kills the process when it has logged `more` events, and `ms` later. Fails when it ends by itself before that. */
  async function runAndKill(program: Program, more: number, ms: number): Promise<void> {
    const before = logged(program.workspace);
    const running = slicewise(program, "run", "polyglot");
    while (logged(program.workspace) < before + more && running.child.exitCode === null) await sleep(5);
    await sleep(ms);
    running.kill();
    expect(await running.ended).toMatchObject({ status: null });
  }
});

/** Lines in the log; none before there is one. */
function logged(workspace: Workspace): number {
  try {
    return eventsOf(workspace).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

/** mulberry32: numbers from 0 to 1, the same ones for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
