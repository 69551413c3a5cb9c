// Processes of a run. Everything a run starts carries HOME=<its temporary home> in its environment, so a run can end
// all of it, also what moved to a process group of its own, without naming a program.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** How long killed processes may take to go. */
const DEATH_MS = 5_000;

/** The errors that only say that a process is gone or was never ours to read. */
const GONE = new Set(["ESRCH", "ENOENT", "EACCES", "EPERM"]);

/**
 * Runs `attempt`; a process that is gone counts as `otherwise`.
 * @template T
 * @param {() => T} attempt
 * @param {T} otherwise
 * @returns {T}
 */
function unlessGone(attempt, otherwise) {
  try {
    return attempt();
  } catch (error) {
    if (GONE.has(error.code)) return otherwise;
    throw error;
  }
}

/**
 * Signals a process group; quiet when it is gone.
 * @param {number} pid leader of the group
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  unlessGone(() => process.kill(-pid, signal), false);
}

/**
 * Starts a program as the leader of a new process group.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env: Record<string, string | undefined> }} options
 */
export function startGroup(command, args, { cwd, env }) {
  return spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
}

/**
 * Ends a group: TERM, then KILL for whatever is left of it.
 * @param {import("node:child_process").ChildProcess} leader
 * @param {number} [graceMs] how long TERM may take
 */
export async function endGroup(leader, graceMs = 5_000) {
  if (leader.pid === undefined) return;
  if (leader.exitCode === null && leader.signalCode === null) {
    const gone = new Promise((resolve) => leader.once("exit", resolve));
    signalGroup(leader.pid, "SIGTERM");
    const hurry = setTimeout(() => signalGroup(leader.pid, "SIGKILL"), graceMs);
    await gone;
    clearTimeout(hurry);
  }
  signalGroup(leader.pid, "SIGKILL");
}

/**
 * Ids of the living processes of a home: those whose environment names it, and the browser, which overwrites its
 * environment, by its profile. Linux only, like the host itself.
 * @param {string} home
 * @returns {number[]}
 */
export function processesOf(home) {
  const read = (pid, name) => `\0${unlessGone(() => readFileSync(`/proc/${pid}/${name}`, "latin1"), "")}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) =>
        read(pid, "environ").includes(`\0HOME=${home}\0`) ||
        read(pid, "cmdline").includes(`--user-data-dir=${home}/`),
    )
    .map(Number);
}

/**
 * Kills what is left of a run and waits, blocking, until it is gone.
 * @param {string} home
 */
export function killProcessesOf(home) {
  const deadline = Date.now() + DEATH_MS;
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const pid of left) unlessGone(() => process.kill(pid, "SIGKILL"), false);
    if (Date.now() > deadline) throw new Error(`Processes ${left.join(", ")} outlive SIGKILL.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}
