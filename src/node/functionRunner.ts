/** Runs verification functions, each in a capsule of its own; what it says there is believed only over its own channel. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { FunctionAccess, FunctionResult, FunctionRunner, Sandbox } from "../engine/ports.ts";
import { openCapture } from "./capture.ts";
import { killGroup, killTree, MARK } from "./killTree.ts";

/** Beside our bundle, or in the place of the build when the sources run as they are. */
const PROGRAM = import.meta.url.endsWith(".ts") ? "../../dist/checkCapsule.cjs" : "./checkCapsule.cjs";
const MEMORY_MB = 256;
const LINE_CHARS = 2_000_000;
const QUESTIONS = 1000;
const GRACE_MS = 200;

export type FunctionRunnerOptions = {
  redact: (text: string) => string;
  sandbox: Sandbox;
  /** Where the capsule's program stands; for tests, which build it. */
  program?: string;
};

const Thrown = z.object({
  name: z.string(),
  message: z.string(),
  line: z.number().int().positive().nullable(),
});
const Said = z.union([
  z.object({ nonce: z.string(), id: z.number(), ask: z.enum(["read", "run"]), text: z.string() }),
  z.object({ nonce: z.string(), done: z.literal(true) }),
  z.object({ nonce: z.string(), failed: Thrown }),
  z.object({ nonce: z.string(), broken: Thrown }),
]);
type End = Pick<FunctionResult, "ended" | "message" | "line">;

/** Node.js's own bounds: no files, no processes, no workers. Their name has changed. */
function permissionFlags(version: string): string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isStable = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  return [isStable ? "--permission" : "--experimental-permission"];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export function openFunctionRunner(options: FunctionRunnerOptions): FunctionRunner {
  const program = options.program ?? fileURLToPath(new URL(PROGRAM, import.meta.url));
  return {
    run: async ({ code }, access, limits, signal) => {
      const started = performance.now();
      const capture = openCapture(limits.outputBytes);
      const finish = (end: End, confined?: FunctionResult["confined"]): FunctionResult => ({
        ...end,
        message: options.redact(end.message),
        output: capture.text(options.redact),
        ms: Math.round(performance.now() - started),
        ...(confined && { confined }),
      });
      const folder = dirname(program);
      const node = [
        process.execPath,
        ...permissionFlags(process.versions.node),
        `--allow-fs-read=${folder}/*`,
      ];
      const flags = ["--no-warnings", `--max-old-space-size=${MEMORY_MB}`, program];
      const command = [...node, ...flags].map(quoted).join(" ");
      const place = await options.sandbox(`exec ${command}`, folder, "read");
      if ("refused" in place) return finish(gone("unstartable", place.refused));
      const mark = randomUUID();
      const child = start(place, folder, mark);
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.stdout?.on("data", capture.add);
      child.stderr?.on("data", capture.add);
      const end = await untilEnd(child, mark, { code, access, seconds: limits.seconds, signal });
      // Held, so that a host with nothing else to wait for does not end here.
      await Promise.race([closed, sleep(GRACE_MS)]);
      child.stdout?.destroy();
      child.stderr?.destroy();
      return finish(end, place.confined);
    },
  };
}

const gone = (ended: FunctionResult["ended"], message: string, line: number | null = null): End => ({
  ended,
  message,
  line,
});

function start({ file, args }: { file: string; args: string[] }, cwd: string, mark: string): ChildProcess {
  const env = { PATH: process.env["PATH"] ?? "", ELECTRON_RUN_AS_NODE: "1", NO_COLOR: "1", [MARK]: mark };
  const posix = process.platform !== "win32";
  return spawn(file, args, {
    cwd,
    env,
    detached: posix,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
}

type Talk = { code: string; access: FunctionAccess; seconds: number; signal: AbortSignal };

/** The first of: it said how it ended, it ended without, its time is over, it is no longer wanted. Then it is no more. */
async function untilEnd(
  child: ChildProcess,
  mark: string,
  { code, access, seconds, signal }: Talk,
): Promise<End> {
  const exit = new Promise<End>((resolve) => {
    child.once("error", (error) => resolve(gone("unstartable", `Could not be started: ${error.message}`)));
    child.once("exit", (status, by) => {
      const how = status === null ? `by ${by}` : `with exit ${status}`;
      // What it said last may still be on its way.
      setTimeout(
        () =>
          resolve(gone("broken", `It ended ${how} and said no result. Only returning, or throwing, is one.`)),
        GRACE_MS,
      );
    });
  });
  const control = new AbortController();
  const stopped = new Promise<End>((resolve) =>
    signal.addEventListener("abort", () => resolve(gone("aborted", "Stopped before it ended.")), {
      signal: control.signal,
      once: true,
    }),
  );
  const late = sleep(seconds * 1000, gone("timeout", `Took longer than ${seconds} s and was ended.`), {
    signal: control.signal,
  }).catch(() => gone("aborted", ""));
  const said = talk(child.stdio[3] as Duplex, code, access);
  try {
    if (signal.aborted) return gone("aborted", "Stopped before it ended.");
    return await Promise.race([said, exit, late, stopped]);
  } finally {
    control.abort();
    if (child.pid !== undefined && child.exitCode === null) await killTree(child.pid, mark, exit);
    if (child.pid !== undefined) killGroup(child.pid);
    (child.stdio[3] as Duplex).destroy();
  }
}

/** Answers its questions until it says how it ended; what is not signed is not heard. */
function talk(channel: Duplex, code: string, access: FunctionAccess): Promise<End> {
  const nonce = randomUUID();
  let buffered = "";
  let questions = 0;
  const write = (words: object): void =>
    void (channel.writable && channel.write(`${JSON.stringify(words)}\n`));
  const answer = async (id: number, kind: "read" | "run", text: string): Promise<void> => {
    questions += 1;
    if (questions > QUESTIONS)
      return write({ id, error: `More than ${QUESTIONS} questions were asked: ask fewer.` });
    try {
      write({ id, value: await access[kind](text) });
    } catch (error) {
      write({ id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  return new Promise((resolve) => {
    channel.setEncoding("utf8");
    // It may be gone before it was told anything: its exit says so.
    channel.on("error", () => undefined);
    channel.on("data", (chunk: string) => {
      const lines = (buffered + chunk).split("\n");
      buffered = lines.pop() ?? "";
      if (buffered.length > LINE_CHARS) return resolve(gone("broken", "It said more than a line may hold."));
      for (const line of lines) {
        const message = heard(line, nonce);
        if (!message) continue;
        if ("ask" in message) void answer(message.id, message.ask, message.text);
        else resolve(endOf(message));
      }
    });
    write({ nonce, code, root: access.root });
  });
}

type Said = z.infer<typeof Said>;
function heard(line: string, nonce: string): Said | null {
  const parsed = Said.safeParse(jsonOf(line));
  return parsed.success && parsed.data.nonce === nonce ? parsed.data : null;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // no JSON is nothing said
  }
}

function endOf(said: Exclude<Said, { ask: string }>): End {
  if ("done" in said) return gone("passed", "");
  const thrown = "failed" in said ? said.failed : said.broken;
  const isOwn = /^(SyntaxError|ReferenceError)$/.test(thrown.name);
  const name = thrown.name === "AssertionError" || thrown.name === "Error" ? "" : `${thrown.name}: `;
  return gone("broken" in said || isOwn ? "broken" : "failed", `${name}${thrown.message}`, thrown.line);
}
