/** One order of 25 slices, run by the built program over the real SDKs; and what came of it, read from disk. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry, EventOf, EventType } from "../../src/core/event.ts";
import { type ModelServer, startModelServer } from "../contract/modelServer.ts";
import { type Ended, type Running, start } from "./program.ts";
import { executors } from "./script.ts";
import type { Exercise } from "./suite.ts";
import { BRANCH, ORDER, type Workspace } from "./workspace.ts";

const KEY = "polyglot-key";
const THINK_MS = 40;

export const serveExecutors = (exercises: readonly Exercise[]): Promise<ModelServer> =>
  startModelServer({ reply: executors(exercises, THINK_MS), key: KEY });

export type Program = { main: string; workspace: Workspace; server: ModelServer };

export function slicewise({ main, workspace, server }: Program, ...args: string[]): Running {
  return start(main, ["--workspace", workspace.folder, ...args], {
    HOME: workspace.home,
    XDG_DATA_HOME: workspace.data,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: server.urls.anthropic,
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: server.urls.openai,
  });
}

export const run = (program: Program): Promise<Ended> => slicewise(program, "run", "polyglot").ended;

/** The events in the log so far; a torn last line is left out. */
export function eventsOf({ folder }: Workspace): Entry[] {
  const text = readFileSync(join(folder, ".slicewise/orders", ORDER, "log.jsonl"), "utf8");
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n").slice(1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

export const only = <T extends EventType>(events: readonly Entry[], type: T): (Entry & EventOf<T>)[] =>
  events.filter((event): event is Entry & EventOf<T> => event.type === type);

export const git = ({ folder }: Workspace, ...args: string[]): string =>
  execFileSync("git", args, { cwd: folder, encoding: "utf8", maxBuffer: 64_000_000 });

/** Paths and contents of what the order's branch changed, by path. */
export function landedFiles(workspace: Workspace): Map<string, string> {
  const paths = git(workspace, "diff", "--name-only", "main", BRANCH).split("\n").filter(Boolean);
  return new Map(paths.map((path) => [path, git(workspace, "show", `${BRANCH}:${path}`)]));
}

/** The slices of the branch's commits, oldest first. */
export const landings = (workspace: Workspace): string[] =>
  git(workspace, "log", "--reverse", "--format=%(trailers:key=Slicewise-Slice,valueonly)", `main..${BRANCH}`)
    .split("\n")
    .filter(Boolean);

/** The most slices that were under way at one time: from the start of a round until it was judged or given up. */
export function mostAtOnce(events: readonly Entry[]): number {
  let most = 0;
  const now = new Set<string>();
  for (const event of events) {
    if (event.type === "attempted") now.add(event.slice);
    if ((event.type === "judged" || event.type === "faulted") && event.slice) now.delete(event.slice);
    most = Math.max(most, now.size);
  }
  return most;
}
