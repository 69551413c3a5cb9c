/** `slicewise brief` prints what an attempt would start from now: nothing else, and nothing that is secret. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import { type Lab, ORDER, finish, makeLab, writes } from "../scenarios/lab.ts";

const KEY = "correct-horse-battery";

async function brief(lab: Lab, ...words: string[]): Promise<string> {
  const parsed = readArgs(["brief", "lab", ...words, "--workspace", lab.root]);
  if (!("args" in parsed)) throw new Error("unread");
  let out = "";
  const env = { XDG_DATA_HOME: join(lab.root, "../data"), LAB_TEST_KEY: KEY };
  const terminal = { out: (text: string) => void (out += text), err: () => undefined, env };
  const status = await perform(parsed.args, { ...terminal, signal: new AbortController().signal });
  expect(status).toBe(0);
  return out;
}

const tasks = [
  {
    id: "01",
    keys: {
      writes: ["src/limit.js"],
      checks: [{ run: "test -f src/limit.js", before: "fail" }],
      produces: ["src/limit.js#limit(a)"],
    },
  },
  { id: "02", keys: { needs: ["01"], consumes: ["src/limit.js#limit"] } },
];
const LANDED = "export function limit(a, b) {\n  return a + b;\n}\n";

test("it is the attempt's own text, with what landed on the branch and what was tried since", async () => {
  const lab = makeLab({
    tasks,
    settings: { tiers: [{ provider: "lab", model: "claude-haiku-5-5", effort: null }] },
    models: { "01": [writes("src/limit.js", LANDED)], "02": [[finish("", "no such file as src/02.txt")]] },
  });
  await lab.run();
  expect(lab.git("ls-files", "src/limit.js")).toBe("");
  const told = lab.seen.find(({ messages }) => messages.some(({ text }) => text.includes("# Task 02:")));
  const first = (told?.messages ?? [])
    .flatMap(({ role, text }) => (role === "user" ? [text] : []))
    .join("\n\n");
  expect(first).toContain("- src/limit.js: `export function limit(a, b)` (as landed)");
  expect(first).toContain(LANDED);
  const now = await brief(lab, "02");
  expect(now.startsWith(first)).toBe(true);
  expect(now.slice(first.length)).toContain(
    "# Already tried, and failed\nAttempt 1 (lab/claude-haiku-5-5):\n",
  );
  expect(JSON.parse(await brief(lab, "02", "--json"))).toEqual({ slice: "02", briefing: now.trimEnd() });
});

test("keys are not printed", async () => {
  const lab = makeLab({ tasks, files: { "src/02.txt": `key = ${KEY}\n` } });
  const out = await brief(lab, "02");
  expect(out).toContain("key = [redacted]");
});

test.each([
  ["an unknown slice", "09", `there is no slice 09 in ${ORDER}; there are 01, 02.`],
  ["no slice", undefined, "brief needs a SLICE"],
])("%s is refused", async (_name, slice, words) => {
  const lab = makeLab({ tasks });
  await expect(brief(lab, ...(slice === undefined ? [] : [slice]))).rejects.toThrow(words);
});

test("a broken task file is named with its line", async () => {
  const lab = makeLab({ tasks });
  lab.put(
    `.slicewise/orders/${ORDER}/tasks/02-task.md`,
    '---\nid: "02"\ntitle: x\nclass: C9\nwrites: [x]\n---\nx\n',
  );
  await expect(brief(lab, "02")).rejects.toThrow(/tasks\/02-task\.md:4/);
});
