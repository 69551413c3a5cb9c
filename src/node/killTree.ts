/** Ends a process with everything it started, also what has left its group or its parent. POSIX but for `killTree`. */
import { execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./diskFault.ts";

/** A variable that all descendants of a command inherit, by which Linux finds those that became orphans. */
export const MARK = "SLICEWISE_COMMAND";
const PATIENCE_MS = 500;

/** Asks politely, waits half a second for `ended`, then kills. Resolves when the signals are sent. */
export async function killTree(pid: number, mark: string, ended: Promise<unknown>): Promise<void> {
  if (process.platform === "win32") {
    const killer = spawn("taskkill", ["/pid", String(pid), "/T", "/F"], {
      stdio: "ignore",
      windowsHide: true,
    });
    return new Promise((resolve) => killer.once("error", () => resolve()).once("close", () => resolve()));
  }
  const before = await strangers(pid, mark);
  signalGroup(pid, "SIGTERM");
  for (const stranger of before) signal(stranger, "SIGTERM");
  await Promise.race([ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
  const after = await strangers(pid, mark);
  signalGroup(pid, "SIGKILL");
  for (const stranger of new Set([...before, ...after])) signal(stranger, "SIGKILL");
}

/** What is left of the group after its leader ended, such as a server put into the background. */
export function killGroup(pid: number): void {
  if (process.platform !== "win32") signalGroup(pid, "SIGKILL");
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  signal(-pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!["ESRCH", "EPERM"].includes(codeOf(error))) throw error; // gone, or no longer ours
  }
}

export type Process = { pid: number; parent: number; group: number };

/** Descendants outside the group: by parent, and on Linux by the mark in their environment. */
async function strangers(pid: number, mark: string): Promise<number[]> {
  const all = await processes();
  const family = familyOf(pid, all);
  const outside = all.filter((one) => one.group !== pid && one.pid !== process.pid);
  const marked = await Promise.all(
    outside.map(async (one) => family.has(one.pid) || (await isMarked(one.pid, mark))),
  );
  return outside.filter((_, index) => marked[index]).map((one) => one.pid);
}

/** Its group, whose parents may have ended, and all their descendants. */
export function familyOf(pid: number, all: readonly Process[]): Set<number> {
  const family = new Set([pid, ...all.filter(({ group }) => group === pid).map((one) => one.pid)]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  return family;
}

async function isMarked(pid: number, mark: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => ""); // gone, or not ours
  return environment.split("\0").includes(`${MARK}=${mark}`);
}

const processes = (): Promise<Process[]> =>
  process.platform === "linux" ? Promise.resolve(processesNow()) : fromPs();

/** At once, when so much runs that nobody else would get to answer. Linux only. */
export function processesNow(): Process[] {
  return readdirSync("/proc")
    .filter(isPid)
    .flatMap((pid) => {
      try {
        return processOf(pid, readFileSync(`/proc/${pid}/stat`, "latin1"));
      } catch {
        return []; // it ended meanwhile
      }
    });
}

const isPid = (name: string): boolean => /^\d+$/.test(name);

/** "pid (name) state parent group …"; the name may hold anything, so the last ")" counts. */
function processOf(pid: string, stat: string): Process[] {
  const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return stat === "" ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
}

function fromPs(): Promise<Process[]> {
  return new Promise((resolve) => {
    execFile("ps", ["-axo", "pid=,ppid=,pgid="], (error, stdout) => {
      if (error !== null) return resolve([]); // then the group alone is killed
      const rows = stdout.trim().split("\n");
      resolve(
        rows.map((row) => {
          const [pid, parent, group] = row.trim().split(/\s+/).map(Number);
          return { pid: pid ?? 0, parent: parent ?? 0, group: group ?? 0 };
        }),
      );
    });
  });
}
