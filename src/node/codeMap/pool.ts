/** Parsing threads, started when there is work: one that hangs or dies over a file is replaced, and the file goes unparsed. */
import { Worker } from "node:worker_threads";
import { NO_FACTS } from "./facts.ts";
import { languageOf } from "./languages/languages.ts";
import type { ParseAnswer, Parsed, ParseFile } from "./parseThread.ts";
import type { ThreadData } from "./thread.ts";

export type PoolOptions = {
  /** The bundle this runs in. */
  file: string;
  data: Extract<ThreadData, { role: "parse" }>;
  threads: number;
  /** No file may take longer. */
  fileMs: number;
};
type Take = (file: ParseFile, parsed: Parsed) => void;
export type Pool = {
  /** `take` is called once for each file, in any order. Rejects when no thread can be started. */
  parse(files: readonly ParseFile[], take: Take): Promise<void>;
  close(): Promise<void>;
};

/** Files are handed out in portions: large enough to keep threads busy, small enough that they end together. */
const PORTION = 12;
/** So much longer may a file take that guards ask about. */
const GUARDED = 4;
/** What a thread may use beside its grammars; more is a fault of ours or an attack. */
const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8 };
/** After a while without work one thread stays, for the next change; the others give their memory back. */
const IDLE_MS = 10_000;

/** Files of one grammar. */
type Work = { grammar: string; files: readonly ParseFile[]; take: Take; done(error?: Error): void };
type Lane = {
  worker: Worker;
  work: Work | null;
  next: number;
  ready: boolean;
  grammars: Set<string>;
  timer?: NodeJS.Timeout;
};

export function openPool({ file, data, threads, fileMs }: PoolOptions): Pool {
  const lanes = new Set<Lane>();
  const queue: Work[] = [];
  let closed = false;
  let idle: NodeJS.Timeout | undefined;

  function start(): void {
    const options = { workerData: data, env: {}, stdout: true, stderr: true, resourceLimits: LIMITS };
    const worker = new Worker(file, options);
    const lane: Lane = { worker, work: null, next: 0, ready: false, grammars: new Set() };
    let why = new Error(`a parsing thread (${file}) ended before it was ready`);
    lanes.add(lane);
    lane.worker.on("message", (answer: ParseAnswer) => answered(lane, answer));
    lane.worker.on("error", (error: Error) => void (why = error));
    lane.worker.once("exit", () => lost(lane, why));
  }

  function answered(lane: Lane, answer: ParseAnswer): void {
    if ("ready" in answer) lane.ready = true;
    else if (lane.work !== null) took(lane, lane.work, answer);
    give(lane);
  }

  function took(lane: Lane, work: Work, { at, parsed }: Exclude<ParseAnswer, { ready: true }>): void {
    const asked = work.files[at];
    if (asked) work.take(asked, parsed);
    lane.next = at + 1;
    watch(lane);
    if (lane.next < work.files.length) return;
    clearTimeout(lane.timer);
    lane.work = null;
    work.done();
  }

  function give(lane: Lane): void {
    const work = lane.ready && lane.work === null ? fitting(lane, lanes, queue) : undefined;
    if (work === undefined) return;
    lane.grammars.add(work.grammar);
    Object.assign(lane, { work, next: 0 });
    watch(lane);
    lane.worker.postMessage(work.files);
  }

  function watch(lane: Lane): void {
    clearTimeout(lane.timer);
    // Guards read a file to its ground, and what they could not read a person has to.
    const ms = lane.work?.files[lane.next]?.guarded ? GUARDED * fileMs : fileMs;
    lane.timer = setTimeout(() => void lane.worker.terminate(), ms);
  }

  /** Whatever ended the thread, it was the file it was at; what comes after that goes to another thread. */
  function lost({ ready, work, next, timer, ...lane }: Lane, why: Error): void {
    clearTimeout(timer);
    for (const one of lanes) if (one.worker === lane.worker) lanes.delete(one);
    if (closed) return;
    if (!ready) for (const waiting of queue.splice(0)) waiting.done(why);
    if (work === null) return;
    const culprit = work.files[next];
    if (culprit) work.take(culprit, NO_FACTS);
    const rest = work.files.slice(next + 1);
    if (rest.length === 0) work.done();
    else queue.unshift({ ...work, files: rest });
    // The others may be lost as well.
    if (queue.length > 0) start();
  }

  function rest(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      const spare = [...lanes].filter(({ work }) => work === null).slice(1);
      for (const { worker } of spare) void worker.terminate();
    }, IDLE_MS);
    idle.unref();
  }

  function enqueue({ grammar, files }: Portion, take: Take): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ grammar, files, take, done: (error) => (error ? reject(error) : resolve()) });
    });
  }

  return {
    parse: async (files, take) => {
      const portions = portionsOf(files).map((portion) => enqueue(portion, take));
      const wanted = Math.min(threads, Math.max(lanes.size, queue.length));
      while (lanes.size < wanted) start();
      for (const lane of lanes) give(lane);
      await Promise.all(portions);
      rest();
    },
    close: async () => {
      closed = true;
      clearTimeout(idle);
      await Promise.all([...lanes].map(({ worker }) => worker.terminate()));
    },
  };
}

/** A grammar takes megabytes and time in each thread that reads by it: it is shared only when nothing else is left. */
function fitting(lane: Lane, lanes: ReadonlySet<Lane>, queue: Work[]): Work | undefined {
  const others = [...lanes].filter((one) => one !== lane);
  const own = queue.findIndex(({ grammar }) => lane.grammars.has(grammar));
  const free = queue.findIndex(({ grammar }) => !others.some(({ grammars }) => grammars.has(grammar)));
  const [work] = queue.splice(own >= 0 ? own : Math.max(0, free), 1);
  return work;
}

type Portion = Pick<Work, "grammar" | "files">;

/** By grammar, as the files come. */
function portionsOf(files: readonly ParseFile[]): Portion[] {
  const byGrammar = new Map<string, ParseFile[]>();
  for (const file of files) {
    const grammar = languageOf(file.path)?.grammar ?? "";
    const known = byGrammar.get(grammar);
    if (known) known.push(file);
    else byGrammar.set(grammar, [file]);
  }
  return [...byGrammar].flatMap(([grammar, all]) =>
    Array.from({ length: Math.ceil(all.length / PORTION) }, (_, at) => ({
      grammar,
      files: all.slice(at * PORTION, (at + 1) * PORTION),
    })),
  );
}
