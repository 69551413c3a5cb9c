/** The code map as the engine sees it. All work is done in threads of another bundle, started when it is first asked. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { UNREAD } from "../../core/codeFacts.ts";
import type { CodeMap, Repo } from "../../engine/ports.ts";
import { faultError } from "../diskFault.ts";
import { sha256 } from "../sha256.ts";
import type { Answer, Answers, Ask, IndexData, MapWanted } from "./indexThread.ts";
import { languageName } from "./languages/extensions.ts";
import { LARGEST } from "./readFile.ts";
import { recentChanges } from "./recent.ts";

const CHARS_PER_TOKEN = 4;
const IDLE_MS = 5 * 60_000;
const FILE_MS = 5000;
/** What was worked on lately does not change from one question to the next. */
const RECENT_MS = 30_000;

/** Garbage is collected before it fills the memory. Millions of lines fit. */
const LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 };
/** Beside the bundle this is in; when it runs from its source, the one that was built. */
const THREAD = import.meta.url.endsWith(".ts") ? "../../../dist/codeMap.cjs" : "./codeMap.cjs";

export type CodeMapOptions = {
  repo: Pick<Repo, "files">;
  root: string;
  /** The private folder the map is kept in; null to keep it in memory alone. */
  storage: string | null;
  /** The bundle of the threads, when it is not where it is built; its grammars stand beside it. */
  thread?: URL;
  /** The longest a file may take to parse, in milliseconds. */
  fileMs?: number;
};

type Waiting = { resolve(answer: Answers[keyof Answers]): void; reject(error: Error): void };
type Running = { worker: Worker; waiting: Map<number, Waiting>; next: number };

export function openCodeMap({ repo, root, storage, thread, fileMs = FILE_MS }: CodeMapOptions): CodeMap {
  let running: Running | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lately = { at: -Infinity, changes: [] as string[][] };

  async function recent(signal: AbortSignal): Promise<string[][]> {
    const now = performance.now();
    if (now - lately.at > RECENT_MS) lately = { at: now, changes: await recentChanges(root, signal) };
    return lately.changes;
  }

  function start(): Running {
    const file = fileURLToPath(thread ?? new URL(THREAD, import.meta.url));
    const cache = storage && join(storage, "maps", `${sha256(root).slice(0, 32)}.jsonl`);
    const grammars = join(file, "..", "grammars");
    const workerData: IndexData & { role: "index" } = { role: "index", file, root, cache, grammars, fileMs };
    const worker = new Worker(file, {
      workerData,
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: LIMITS,
    });
    const made: Running = { worker, waiting: new Map(), next: 1 };
    let why = new Error("the code map's thread ended");
    worker.on("message", (answer: Answer) => settle(made, answer));
    worker.on("error", (error: Error) => void (why = error));
    worker.once("exit", () => {
      if (running === made) running = null;
      for (const { reject } of made.waiting.values()) reject(broken(why.message));
    });
    return made;
  }

  function settle(on: Running, answer: Answer): void {
    const waiting = on.waiting.get(answer.id);
    on.waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(broken(answer.error));
    else waiting?.resolve(answer.answer);
    if (on.waiting.size === 0 && on === running) rest(on);
  }

  /** A thread without work keeps no process alive, and after a while gives its memory back. */
  function rest(on: Running): void {
    on.worker.unref();
    clearTimeout(idle);
    idle = setTimeout(() => void close(), IDLE_MS).unref();
  }

  function ask<K extends Ask["do"]>(
    what: Extract<Ask, { do: K }>,
    on: Running = (running ??= start()),
  ): Promise<Answers[K]> {
    clearTimeout(idle);
    on.worker.ref();
    const id = on.next++;
    return new Promise<Answers[K]>((resolve, reject) => {
      on.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      on.worker.postMessage({ id, ...what });
    });
  }

  /** While git lists the files, the thread looks whether those it knows changed, and draws what is likely asked. */
  function listed(likely: MapWanted | null): Promise<string[]> {
    ask({ do: "look", likely }).catch(() => undefined); // the question itself will tell
    return repo.files();
  }

  /** What is asked from now on starts anew. */
  async function close(): Promise<void> {
    clearTimeout(idle);
    const on = running;
    if (on === null) return;
    running = null;
    await ask({ do: "close" }, on).catch(() => undefined); // it ended by itself
    await on.worker.terminate();
  }

  return {
    map: async (goal, tokens, signal) => {
      const room = Math.max(0, Math.floor(tokens * CHARS_PER_TOKEN));
      const likely = lately.at === -Infinity ? null : { recent: lately.changes, goal, room };
      const [files, changes] = await Promise.all([listed(likely), recent(signal)]);
      return unlessStopped(ask({ do: "map", files, recent: changes, goal, room }), signal);
    },
    symbols: async (path, text) => (languageName(path) === null ? [] : ask({ do: "symbols", path, text })),
    facts: async (path, text) => {
      if (languageName(path) === null) return null;
      // What cannot be read now is unread, and a person looks.
      return text.length > LARGEST ? UNREAD : ask({ do: "facts", path, text }).catch(() => UNREAD);
    },
    definitions: async (names, signal) => {
      if (names.length === 0) return new Map();
      const files = await listed(null);
      return new Map(await unlessStopped(ask({ do: "definitions", files, names: [...names] }), signal));
    },
    close,
  };
}

const broken = (why: string): Error =>
  faultError({
    kind: "command",
    message: `The code could not be mapped: ${why}. Run again; if it stays, say where: it is a defect.`,
  });

/** The thread goes on: what it has read it need not read again. */
function unlessStopped<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = () =>
    faultError({ kind: "cancelled", message: "Stopped while the code was being mapped." });
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
