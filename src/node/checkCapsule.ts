/**
 * The program one verification function runs in, as a process of its own: it sees no file, starts nothing and reaches no
 * network. What it wants to know it asks for over a channel of its own, and only there, signed with a nonce it was told over
 * the same channel, can it say how it ended: what it prints proves nothing. Nothing of the repository is ever loaded here.
 */
import assert from "node:assert/strict";
import { Socket } from "node:net";

type Start = { nonce: string; code: string; root: string };
type Answer = { id: number; value?: unknown; error?: string };
type Thrown = { name: string; message: string; line: number | null };

const CHANNEL = 3;
const { parse, stringify } = JSON;
const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
let nonce = "";
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let asked = 0;
let isOver = false;

const say = (words: object): void => void channel.write(`${stringify({ ...words, nonce })}\n`);

function ask(what: Record<string, unknown>): Promise<unknown> {
  asked += 1;
  const id = asked;
  channel.ref();
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    say({ id, ...what });
  });
}

function answered({ id, value, error }: Answer): void {
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  // Nothing that is still awaited keeps the process alive: a function that waits for nothing ends.
  if (waiting.size === 0) channel.unref();
  if (error === undefined) resolve?.(value);
  else reject?.(new Error(error));
}

/** What was thrown, with the line of the function it came from. */
function thrownOf(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), line: null };
  const frames = (error.stack ?? "").split("\n");
  const own = frames.map((frame) => /data:text\/javascript[^\s)]*?:(\d+):\d+\)?$/.exec(frame)?.[1]);
  const line = Number(own.find((found) => found !== undefined) ?? 0);
  return {
    name: error.name,
    message: error.message.replace(/data:text\/javascript;base64,[\w+/=]+/g, "the function"),
    line: line > 0 ? line : null,
  };
}

function end(how: { done: true } | { failed: Thrown } | { broken: Thrown }): void {
  if (isOver) return;
  isOver = true;
  channel.ref();
  say(how);
  channel.end();
}

async function run({ code, root }: Start): Promise<void> {
  let found: unknown;
  try {
    const module = (await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as {
      default?: unknown;
    };
    found = module.default;
  } catch (error) {
    return end({ broken: thrownOf(error) });
  }
  if (typeof found !== "function")
    return end({
      broken: { name: "Error", message: "it has no default export that is a function", line: null },
    });
  const text = (value: unknown, what: string): string => {
    if (typeof value === "string" && value !== "") return value;
    throw new TypeError(`${what} takes one text, such as ${what}("src/index.js")`);
  };
  const check = found as (tools: object) => unknown;
  try {
    await check({
      root,
      assert,
      read: async (path: unknown) => ask({ ask: "read", text: text(path, "read") }),
      run: async (command: unknown) => ask({ ask: "run", text: text(command, "run") }),
    });
  } catch (error) {
    return end({ failed: thrownOf(error) });
  }
  // A promise nobody awaited may still be rejected.
  setImmediate(() => setImmediate(() => end({ done: true })));
}

Socket.prototype.connect = function refuse(): never {
  throw new Error("A verification function reaches no network.");
};
for (const name of ["fetch", "WebSocket", "EventSource"]) Reflect.deleteProperty(globalThis, name);
process.on("uncaughtException", (error) => end({ failed: thrownOf(error) }));
process.on("unhandledRejection", (error) => end({ failed: thrownOf(error) }));

let buffered = "";
channel.setEncoding("utf8");
channel.on("data", (chunk: string) => {
  const lines = (buffered + chunk).split("\n");
  buffered = lines.pop() ?? "";
  for (const line of lines) {
    const message = parse(line) as Start | Answer;
    if ("id" in message) answered(message);
    else {
      nonce = message.nonce;
      channel.unref();
      void run(message);
    }
  }
});
