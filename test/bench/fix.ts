/** A one-line fix with its test, as a prepared order in a small repository; run by the built program over a real SDK. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Reply, ScriptCall, ScriptRequest } from "../../src/providers/scripted.ts";
import { type Exchange, startModelServer } from "../contract/modelServer.ts";
import { type Ended, type Running, start } from "../polyglot/program.ts";

export const VENDORS = ["anthropic", "openai", "compatible"] as const;
export type Vendor = (typeof VENDORS)[number];

const MODELS: Record<Vendor, string> = {
  anthropic: "claude-haiku-5-5",
  openai: "gpt-6-sol",
  compatible: "qwen3-coder",
};
const KEY = "bench-key";
const ORDER = "2026-11-21-limit";
export const CHECK = "node test/limit.test.js";

const BUG = "  return items.slice(0, limit - 1);";
const MENDED = "  return items.slice(0, limit);";
const SOURCE = `/** The first \`limit\` items; all of them without a limit. Throws a RangeError that names the flag. */
export function take(items, limit) {
  if (limit === undefined) return items;
  if (!Number.isInteger(limit) || limit < 0) {
    throw new RangeError(\`--limit must be a whole number and not negative: \${limit}\`);
  }
${BUG}
}
`;
const TEST = `import assert from "node:assert/strict";
import { take } from "../src/limit.js";

const notes = ["buy milk", "call Ada", "write tests"];
assert.deepEqual(take(notes, undefined), notes);
assert.deepEqual(take(notes, 2), ["buy milk", "call Ada"]);
assert.deepEqual(take(notes, 0), []);
assert.throws(() => take(notes, -1), /--limit/);
`;
const TASK = `---
id: "01"
title: Make --limit show as many notes as it says
class: C1
needs: []
reads: [test/limit.test.js]
writes: [src/limit.js]
minutes: 15
checks:
  - run: ${CHECK}
    before: fail
---
\`notes list --limit 2\` shows one note only. It must show two.
`;

/** The executor's replies: the briefing holds both files, so the first one can be the edit. */
export const FIX: readonly ScriptCall[][] = [
  [{ name: "edit", args: { path: "src/limit.js", edits: [{ old: BUG, new: MENDED }] } }],
  [{ name: "finish", args: { done: "take() left out the last item.", learned: "", blocked: null } }],
];

/** Files around the two, so that copying a working tree costs what it costs. */
const OTHERS = 20;
export const FILES = OTHERS + 5;

function files(settings: unknown): Record<string, string> {
  const module = (at: number): string =>
    Array.from({ length: 40 }, (_, line) => `export const value${line} = ${at * line};\n`).join("");
  const others = Array.from({ length: OTHERS }, (_, at) => [`src/part${at}.js`, module(at)] as const);
  return {
    "package.json": '{ "name": "notes", "type": "module" }\n',
    "README.md": "# Notes\n\nA small notebook for the terminal.\n",
    "src/limit.js": SOURCE,
    "test/limit.test.js": TEST,
    ...Object.fromEntries(others),
    ".slicewise/settings.json": JSON.stringify(settings),
    [`.slicewise/orders/${ORDER}/order.md`]: "---\nautonomy: full\n---\nMend --limit.\n",
    [`.slicewise/orders/${ORDER}/tasks/01-limit.md`]: TASK,
  };
}

export function makeFixWorkspace(vendor: Vendor, baseUrl: string): { home: string; folder: string } {
  const home = mkdtempSync(join(tmpdir(), "slicewise-bench-"));
  const folder = join(home, "notes");
  const kind = vendor === "compatible" ? "openai-compatible" : vendor;
  const settings = {
    providers: { bench: { kind, baseUrl, keyEnv: "BENCH_KEY" } },
    tiers: [{ provider: "bench", model: MODELS[vendor], effort: "low" }],
  };
  for (const [path, text] of Object.entries(files(settings))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  writeFileSync(join(folder, ".gitignore"), ".slicewise/\n");
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-qm", "Notes");
  return { home, folder };
}

/** Times in milliseconds on the bench's own clock; `asked` when the request had arrived, `replied` when its answer was sent. */
export type Turn = { asked: number; replied: number; body: Exchange["body"] };
export type Fixed = { spawned: number; turns: Turn[]; ended: Ended };
export type FixOptions = {
  main: string;
  vendor: Vendor;
  /** By turn; the last one ends the session. */
  replies: readonly ScriptCall[][];
  /** Called with the process as soon as it runs. */
  watch?: (running: Running) => void;
};

/** Runs the order to its end. Rejects when the fix did not land or a request was none a vendor takes. */
export async function runFix({ main, vendor, replies, watch }: FixOptions): Promise<Fixed> {
  const turns: Turn[] = [];
  const server = await startModelServer({
    key: KEY,
    reply: (request) => {
      const exchange = server.journal.at(-1);
      const turn: Turn = { asked: performance.now(), replied: Number.NaN, body: exchange?.body ?? {} };
      turns.push(turn);
      void exchange?.ended.then(() => (turn.replied = performance.now()));
      return replyAt(replies, request);
    },
  });
  const workspace = makeFixWorkspace(
    vendor,
    vendor === "anthropic" ? server.urls.anthropic : server.urls.openai,
  );
  try {
    const env = { HOME: workspace.home, XDG_DATA_HOME: join(workspace.home, "data"), BENCH_KEY: KEY };
    const slicewise = (...words: string[]): Running =>
      start(main, ["--workspace", workspace.folder, ...words], env);
    // Trying a plan's checks is a part of planning; what is measured is a plan that stands.
    const approved = await slicewise("approve", "limit").ended;
    if (approved.status !== 0) throw new Error(`The plan was not approved (${vendor}): ${approved.err}`);
    const spawned = performance.now();
    const running = slicewise("run", "limit");
    watch?.(running);
    const ended = await running.ended;
    const violations = server.journal.flatMap((exchange) => exchange.violations);
    if (ended.status !== 0 || violations.length > 0)
      throw new Error(`The fix did not land (${vendor}): ${violations.join("; ")}\n${ended.out}${ended.err}`);
    return { spawned, turns, ended };
  } finally {
    await server.close();
    rmSync(workspace.home, { recursive: true, force: true });
  }
}

function replyAt(replies: readonly ScriptCall[][], { messages }: ScriptRequest): Reply {
  const calls = replies[messages.filter(({ role }) => role === "assistant").length];
  return calls ? { calls } : { status: 400, message: "the bench has no further reply" };
}
