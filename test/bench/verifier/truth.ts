/**
 * What is true of a candidate: the project's own tests decide, the visible ones first and then all of them. They run in
 * threads of this process, because thousands of them are run; that the references pass shows that they are run rightly.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { failingTests } from "./planned.ts";
import type { Project, Task } from "./projects.ts";

/**
 * `seen`: the visible tests fail, by these names. `hidden`: only tests fail that were held out. `right`: all pass.
 * `hangs`: it did not come to an end, so it is no case of ours: the time limit catches it.
 */
export type Truth = { is: "seen" | "hidden" | "right" | "hangs"; failed: string[]; error?: string };

/** Of one run of a candidate, on a machine that may have other work. */
const MS = 15_000;

export function put(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    if (text === null) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

/** The files of a project with all reference sources and what its checks see of its tests. */
export function baseFiles({ files, tasks }: Project): Record<string, string> {
  const visible = tasks.flatMap(({ tests }) =>
    tests.flatMap(({ path, visible: text }): [string, string][] => (text === null ? [] : [[path, text]])),
  );
  return {
    ...files,
    ...Object.fromEntries([...tasks.map(({ source, reference }) => [source, reference]), ...visible]),
  };
}

/** Runs a module's tests over a folder and says which failed; in a thread, so that the next run finds nothing loaded. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
(async () => {
  for (const [side, file] of workerData.programs) {
    const { default: run } = await import(file);
    const failed = await run({ root: workerData.root });
    if (failed.length > 0) return parentPort.postMessage({ side, failed });
  }
  parentPort.postMessage({ side: "right", failed: [] });
})().catch((error) => parentPort.postMessage({ side: "seen", failed: [], error: String(error) }));
`;

type Told = { side: Truth["is"]; failed: string[]; error?: string };

function inThread(root: string, programs: readonly [string, string][]): Promise<Told> {
  const thread = new Worker(THREAD, {
    eval: true,
    workerData: { root, programs },
    ...{ stdout: true, stderr: true, env: { ...process.env, CI: "1" } },
  });
  return new Promise((resolve) => {
    const settle = (told: Told): void => {
      clearTimeout(timer);
      resolve(told);
      void thread.terminate();
    };
    const timer = setTimeout(() => settle({ side: "hangs", failed: [] }), MS);
    thread.once("message", settle);
    thread.once("error", (error) => settle({ side: "seen", failed: [], error: String(error) }));
    thread.once("exit", () => settle({ side: "seen", failed: [] }));
  });
}

/** A folder to try candidates of one project in, one after the other. */
export class Trial {
  private readonly folder = mkdtempSync(join(tmpdir(), "slicewise-truth-"));

  constructor(project: Project) {
    put(this.folder, baseFiles(project));
    // Read as modules here, as Babel makes them there.
    if (project.name === "polyglot-jest") put(this.folder, { "package.json": '{ "type": "module" }' });
    symlinkSync(project.packages, join(this.folder, "node_modules"));
  }

  /** Sorts by a quick look at the same tests; what the bench counts is what the real runner says of it later. */
  async truthOf(task: Task, source: string): Promise<Truth> {
    const programs = (["visible", "full"] as const).map((part): [string, string] => {
      const path = `${task.id}.${part}.mjs`;
      put(this.folder, { [path]: failingTests(task.tests, part) });
      return [part === "visible" ? "seen" : "hidden", pathToFileURL(join(this.folder, path)).href];
    });
    put(this.folder, { [task.source]: source });
    const { side, failed, error } = await inThread(this.folder, programs);
    put(this.folder, { [task.source]: task.reference });
    return { is: side, failed, ...(error === undefined ? {} : { error }) };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Truths that were found before, by everything they follow from. */
export class Known {
  private readonly file: string;
  private readonly truths: Map<string, Truth>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, "truths.json");
    this.truths = new Map(Object.entries(readTruths(this.file)));
  }

  async of(trial: Trial, task: Task, source: string): Promise<Truth> {
    const key = createHash("sha256")
      .update(JSON.stringify([task.id, task.tests, source]))
      .digest("hex");
    const known = this.truths.get(key);
    if (known) return known;
    const truth = await trial.truthOf(task, source);
    this.truths.set(key, truth);
    return truth;
  }

  save(): void {
    writeFileSync(this.file, JSON.stringify(Object.fromEntries(this.truths)));
  }
}

function readTruths(file: string): Record<string, Truth> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Truth>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
