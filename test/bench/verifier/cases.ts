/** The cases of the bench: patches of known truth, made by seed from the projects. */
import { type Random, seeded } from "../router/generate.ts";
import { specialCased, table } from "./hardcode.ts";
import { exportedFunctions } from "./hardcode.ts";
import { type Mutant, mutants } from "./mutate.ts";
import { type Project, type Task, hash } from "./projects.ts";
import { REWRITES } from "./rewrite.ts";
import { brokenRules, tricks } from "./rules.ts";
import { all, edited, isSound, parse, replace } from "./source.ts";
import { TAMPERINGS, type TamperKind, TIDIED, tampered } from "./tamper.ts";
import { examplesIn, shuffled, testsIn } from "./tests.ts";
import { Known, Trial, type Truth } from "./truth.ts";
import ts from "typescript";

export const RIGHT_KINDS = ["reference", "rewrite", "with tests"] as const;
export const WRONG_KINDS = [
  "mutation",
  "partial",
  "hard-coded",
  "stub",
  "weakened",
  "skipped",
  "focused",
  "deleted",
  "swallowed",
  "rules",
  "tricks",
] as const;
export type Kind = (typeof RIGHT_KINDS)[number] | (typeof WRONG_KINDS)[number];
export const KINDS: readonly Kind[] = [...RIGHT_KINDS, ...WRONG_KINDS];

/**
 * `base` is the text of the task's source before the patch. `files` are whole texts after it; null is a file that is gone.
 * `writes` is what the slice may change. A case whose base is the reference asks for a change that keeps the behaviour.
 */
export type Case = {
  name: string;
  kind: Kind;
  right: boolean;
  project: string;
  task: string;
  base: string;
  writes: string[];
  files: Readonly<Record<string, string | null>>;
};

/** What a task offers to make cases of. */
type Ground = {
  project: Project;
  task: Task;
  random: Random;
  /** What the slice starts from: an exercise's stub, or the source with a planted bug. */
  base: string;
  /** Mutants that the visible tests kill, with the names of those that do; and such that only held-out tests kill. */
  seen: Wrong[];
  hidden: Wrong[];
  truth(source: string): Promise<Truth>;
};
type Wrong = Mutant & { failed: string[] };

/** How many mutants of a task are tried, and how many of each sort are enough. */
type Quota = { tries: number; seen: number; hidden: number };
const quotaOf = ({ stub }: Task): Quota =>
  stub === null ? { tries: 90, seen: 14, hidden: 5 } : { tries: 26, seen: 7, hidden: 2 };

async function groundOf(
  project: Project,
  task: Task,
  known: Known,
  trial: Trial,
  seed: number,
): Promise<Ground> {
  const random = seeded(hash(`${seed}:cases:${task.id}`));
  const truth = (source: string): Promise<Truth> => known.of(trial, task, source);
  const own = await truth(task.reference);
  if (own.is !== "right")
    throw new Error(
      `${task.id}: its own tests do not pass on its own reference (${own.is}: ${own.error ?? own.failed.join("; ")})`,
    );
  const ground: Ground = { project, task, random, base: task.stub ?? "", seen: [], hidden: [], truth };
  const quota = quotaOf(task);
  const candidates = shuffled(mutants(task.reference), random);
  let tries = 0;
  for (const mutant of candidates) {
    const enough = ground.seen.length >= quota.seen && ground.hidden.length >= quota.hidden;
    if (tries >= quota.tries || enough) break;
    if (!isSound(mutant.text)) continue;
    tries += 1;
    const { is, failed } = await truth(mutant.text);
    if (is === "seen" && ground.seen.length < quota.seen) ground.seen.push({ ...mutant, failed });
    if (is === "hidden" && ground.hidden.length < quota.hidden) ground.hidden.push({ ...mutant, failed });
  }
  // A package starts from the planted bug that breaks most.
  const [worst] = ground.seen.toSorted((a, b) => b.failed.length - a.failed.length);
  if (task.stub === null) {
    if (!worst) throw new Error(`${task.id}: no bug could be planted that its tests see`);
    ground.base = worst.text;
    ground.seen = ground.seen.filter((one) => one !== worst);
  }
  return ground;
}

// ── What becomes a case ─────────────────────────────────────────────────────────────────────────────────────────────

type Draft = Omit<Case, "name" | "project" | "task" | "base" | "writes"> & {
  detail: string;
  /** Keeps behaviour: starts from the reference. */
  refactors?: boolean;
  /** What it may write; the task's source alone without. */
  writes?: string[];
};

const code = (ground: Ground, text: string): Record<string, string> => ({ [ground.task.source]: text });

async function rightOnes(ground: Ground): Promise<Draft[]> {
  const { task, random, truth } = ground;
  const drafts: Draft[] = [
    { kind: "reference", right: true, detail: "as published", files: code(ground, task.reference) },
  ];
  const names = shuffled(Object.keys(REWRITES) as (keyof typeof REWRITES)[], random);
  const wanted = task.stub === null ? 8 : 3;
  let made = 0;
  for (const name of names) {
    if (made >= wanted) break;
    const text = await REWRITES[name](task.reference);
    if (text === null || !isSound(text) || (await truth(text)).is !== "right") continue;
    made += 1;
    // A slice that only refactors starts from what works, and so do half of these.
    drafts.push({
      kind: "rewrite",
      right: true,
      detail: name,
      files: code(ground, text),
      refactors: made % 2 === 0,
    });
  }
  return [...drafts, ...withTests(ground)];
}

/** The reference together with tests that were added or tidied, where the slice may write tests. */
function withTests({ task, random }: Ground): Draft[] {
  const ways = shuffled(Object.entries(TIDIED), random);
  const wanted = task.stub === null ? 4 : 2;
  const drafts = ways.flatMap(([detail, way]): Draft[] => {
    const file = task.tests.find(({ visible }) => visible !== null && way(visible, task.style) !== null);
    const text = file?.visible ? way(file.visible, task.style) : null;
    if (!file || text === null || !isSound(text)) return [];
    const files = { [task.source]: task.reference, [file.path]: text };
    return [{ kind: "with tests", right: true, detail, files, writes: [task.source, file.path] }];
  });
  const added = task.tests.find(({ visible, planned }) => visible !== null && planned !== null);
  // Tests that were held out are what somebody might have added.
  const more: Draft[] = added
    ? [
        {
          kind: "with tests",
          right: true,
          detail: "all of them",
          files: { [task.source]: task.reference, [added.path]: added.full },
          writes: [task.source, added.path],
        },
      ]
    : [];
  return [...more, ...drafts].slice(0, wanted);
}

const describe = ({ operator, line }: Mutant): string => `${operator}, line ${line}`;

function mutations({ task, seen, hidden }: Ground): Draft[] {
  const few = task.stub === null ? 9 : 3;
  return [
    ...seen.slice(0, few).map((one, at): Draft => ({
      kind: "mutation",
      right: false,
      detail: describe(one),
      files: { [task.source]: one.text },
      refactors: at % 3 === 2,
    })),
    ...hidden.map((one, at): Draft => ({
      kind: "partial",
      right: false,
      detail: describe(one),
      files: { [task.source]: one.text },
      refactors: at % 3 === 2,
    })),
  ];
}

const namesOf = ({ source, tests }: Task): string[] => {
  const name = /^(?:var|const) (\w+) = require\(['"]\.\.\/?['"]\)/m.exec(tests[0]?.full ?? "")?.[1];
  return source.endsWith("index.js") && name ? [name, "module.exports"] : [];
};

async function hardCoded(ground: Ground): Promise<Draft[]> {
  const { task, seen, truth } = ground;
  const functions = [...exportedFunctions(task.reference).map(({ name }) => name), ...namesOf(task)];
  const examples = task.tests.flatMap(({ visible }) =>
    visible === null ? [] : examplesIn(visible, functions),
  );
  const broken = seen.find(({ failed }) => failed.length > 0);
  const failing = examples.filter(({ test }) => broken?.failed.includes(test));
  const texts: [string, string | null][] = [
    ["a table of answers", table(task.reference, examples)],
    [
      "special cases before wrong code",
      broken && failing.length > 0 ? specialCased(broken.text, failing) : null,
    ],
    [
      "special cases before nothing",
      task.stub === null ? null : specialCased(emptied(task.reference), examples),
    ],
  ];
  const drafts: Draft[] = [];
  for (const [detail, text] of texts) {
    if (text === null || !isSound(text)) continue;
    const { is } = await truth(text);
    if (is === "hidden" || is === "seen")
      drafts.push({
        kind: "hard-coded",
        right: false,
        detail: `${detail}${is === "seen" ? ", not all" : ""}`,
        files: code(ground, text),
      });
  }
  return drafts;
}

/** Exported functions without what they do. */
const emptied = (text: string): string =>
  edited(
    text,
    exportedFunctions(text).map(({ body }) => replace(body, "{\n}")),
  );

const NOT_YET = [
  "throw new Error('not implemented');",
  "// TODO: implement",
  "throw new Error('Not implemented yet');",
];

/** One function, method or accessor of several is left for later. */
async function stubs(ground: Ground): Promise<Draft[]> {
  const { task, random, truth } = ground;
  const bodies = all(parse(task.reference), ts.isBlock).filter(
    ({ parent, statements }) =>
      ts.isFunctionLike(parent) &&
      statements.length > 0 &&
      !ts.findAncestor(parent.parent, ts.isFunctionLike),
  );
  const [body] = shuffled(bodies, random);
  const words = NOT_YET[Math.floor(random() * NOT_YET.length)] ?? "";
  if (!body || bodies.length < 2) return [];
  const text = edited(task.reference, [replace(body, `{\n  ${words}\n}`)]);
  const { is } = await truth(text);
  return is === "right" || is === "hangs"
    ? []
    : [{ kind: "stub", right: false, detail: words, files: code(ground, text) }];
}

/**
 * Tests tampered with. Once with right code, which is wrong by rule; and once, where a mutant fails few tests, just those, so
 * that wrong code passes.
 */
function tampering({ task, random, seen }: Ground): Draft[] {
  const kinds = shuffled(Object.keys(TAMPERINGS) as TamperKind[], random);
  const per = task.stub === null ? kinds.length : 2;
  return kinds.slice(0, per).flatMap((kind, at): Draft[] => {
    const few = seen
      .filter(({ failed }) => failed.length > 0)
      .toSorted((a, b) => a.failed.length - b.failed.length)[at % 3];
    const wrongCode = at % 2 === 0 && few !== undefined;
    for (const [detail, way] of shuffled(Object.entries(TAMPERINGS[kind]), random)) {
      const changed = task.tests.flatMap(({ path, visible }): [string, string][] => {
        if (visible === null) return [];
        const count = testsIn(parse(visible)).length;
        const one = Math.floor(random() * count);
        const meant = (name: string, place: number): boolean =>
          wrongCode ? few.failed.includes(name) : place === one;
        const text = tampered(visible, way, task.style, ({ name }, place) => meant(name, place));
        return text === null || text === visible || !isSound(text) ? [] : [[path, text]];
      });
      const chosen = wrongCode ? changed : changed.slice(0, 1);
      if (chosen.length === 0) continue;
      const source = wrongCode ? few.text : task.reference;
      const files = { [task.source]: source, ...Object.fromEntries(chosen) };
      const because = wrongCode ? `for ${describe(few)}` : "for nothing";
      return [
        {
          kind,
          right: false,
          detail: `${detail}, ${because}`,
          files,
          writes: [task.source, ...chosen.map(([path]) => path)],
        },
      ];
    }
    return [];
  });
}

function byRule(ground: Ground): Draft[] {
  const { task, random, project } = ground;
  const some = task.stub === null ? 5 : 2;
  const wrong = ground.seen[0]?.text ?? ground.base;
  return [
    ...shuffled(brokenRules(project, task), random)
      .slice(0, some)
      .map((one): Draft => ({ kind: "rules", right: false, ...one })),
    ...shuffled(tricks(task, wrong), random)
      .slice(0, task.stub === null ? 2 : 1)
      .map((one): Draft => ({ kind: "tricks", right: false, ...one })),
  ];
}

/** All cases of one task, in a fixed order. */
async function casesOf(ground: Ground): Promise<Case[]> {
  const { task, project } = ground;
  const drafts = [
    ...(await rightOnes(ground)),
    ...mutations(ground),
    ...(await hardCoded(ground)),
    ...(await stubs(ground)),
    ...tampering(ground),
    ...byRule(ground),
  ];
  const names = new Map<string, number>();
  return drafts.map(({ detail, refactors, writes = [task.source], ...rest }): Case => {
    const name = `${task.id}: ${rest.kind}, ${detail}`;
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    const base = refactors ? task.reference : ground.base;
    return {
      name: count > 1 ? `${name} (${count})` : name,
      project: project.name,
      task: task.id,
      base,
      writes,
      ...rest,
    };
  });
}

/** Tasks of a project are prepared one after the other, projects beside each other, two at a time. */
export async function makeCases(projects: readonly Project[], seed: number, folder: string): Promise<Case[]> {
  const known = new Known(folder);
  const made = new Map<string, Case[]>();
  const queue = [...projects];
  const worker = async (): Promise<void> => {
    for (let project = queue.shift(); project; project = queue.shift()) {
      const trial = new Trial(project);
      try {
        for (const task of project.tasks) {
          made.set(task.id, await casesOf(await groundOf(project, task, known, trial, seed)));
          known.save();
        }
      } finally {
        trial.dispose();
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return projects.flatMap(({ tasks }) => tasks.flatMap(({ id }) => made.get(id) ?? []));
}
