/** The executor's seven tools over one scratch. Each answers in words a small model can act on. */
import * as z from "zod";
import type { Report } from "../core/order.ts";
import { nearest } from "./nearest.ts";
import type { CommandLimits, Scratch, Shell, ToolSpec, Tree } from "./ports.ts";
import type { Answer, Tool } from "./toolLoop.ts";

export type Workbench = {
  scratch: Scratch;
  tree: Tree;
  shell: Shell;
  /** Why a path may not be written; null when it may. */
  refusal(path: string): string | null;
  limits: CommandLimits;
  /** Commands run as they are; anything else goes to `permit`. */
  isKnown(command: string): boolean;
  permit(command: string, signal: AbortSignal): Promise<"yes" | "no" | "unattended">;
  /** Written to the log: the model tried something it may not do. */
  refused(tool: string, what: string, why: string): Promise<void>;
};

/** Where whole outputs stand that were too long for the model; never part of a patch. */
export const OUTPUT_DIR = ".slicewise/out";
const PREVIEW_CHARS = 2000;
const READ_LINES = 400;
const SEARCH_HITS = 60;
const LIST_PATHS = 200;
/** Of one call. Each looks through the whole file. */
const EDITS = 200;

type Json = Record<string, unknown>;
const object = (properties: Json): Json => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const text: Json = { type: "string" };
const maybe = (type: string): Json => ({ type: [type, "null"] });

const spec = (name: string, description: string, properties: Json): ToolSpec => ({
  name,
  description,
  schema: object(properties),
});

export const SPECS = {
  read: spec("read", "Read a file, or lines from–to.", {
    path: text,
    from: maybe("integer"),
    to: maybe("integer"),
  }),
  search: spec("search", "Find a regex in files.", { pattern: text, glob: maybe("string") }),
  list: spec("list", "List files by glob.", { glob: text }),
  edit: spec("edit", "Replace exact text in a file. Each old must match once.", {
    path: text,
    edits: { type: "array", items: object({ old: text, new: text }) },
  }),
  write: spec("write", "Create or overwrite a file.", { path: text, text }),
  run: spec("run", "Run a check or another allowed command.", { command: text }),
  finish: spec("finish", "End the task.", {
    done: text,
    learned: { ...text, description: "What later tasks should know" },
    blocked: { ...maybe("string"), description: "Why it cannot be done; else null" },
  }),
} satisfies Record<string, ToolSpec>;

const nullish = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);
const line = nullish(z.number().int().positive());

const ok = (words: string): Answer<never> => ({ text: words });
const failed = (words: string): Answer<never> => ({ text: words, failed: true });

/** Ties a schema to the function that takes what it accepts. */
function tool<S extends z.ZodType, End = never>(
  of: ToolSpec,
  args: S,
  run: (args: z.infer<S>, signal: AbortSignal) => Promise<Answer<End>>,
): Tool<End> {
  return { spec: of, args, run: (given, signal) => run(given as z.infer<S>, signal) };
}

export function executorTools(bench: Workbench): Tool<Report>[] {
  const seen = new Map<string, string>();
  const outputs = { count: 0 };
  return [
    readTool(bench, seen),
    searchTool(bench),
    listTool(bench),
    editTool(bench),
    writeTool(bench),
    runTool(bench, outputs),
    finishTool,
  ];
}

/** Also the planner's: reading needs only a tree. */
export function readTool({ tree }: Pick<Workbench, "tree">, seen: Map<string, string>): Tool<never> {
  return tool(
    SPECS.read,
    z.strictObject({ path: z.string(), from: line, to: line }),
    async ({ path, from, to }) => {
      const file = await tree.read(path);
      if ("error" in file) return failed(file.error);
      const range = `${path} ${from ?? 1}-${to ?? ""}`;
      if (seen.get(range) === file.sha) return ok(`${path} is unchanged since you read it.`);
      seen.set(range, file.sha);
      const lines = file.text.split("\n");
      const first = (from ?? 1) - 1;
      const shown = lines.slice(first, Math.min(to ?? lines.length, first + READ_LINES));
      const rest = Math.min(to ?? lines.length, lines.length) - first - shown.length;
      return ok(
        `${shown.join("\n")}${rest > 0 ? `\n[${rest} more lines: read from ${first + shown.length + 1}]` : ""}`,
      );
    },
  );
}

export function searchTool({ tree }: Pick<Workbench, "tree">): Tool<never> {
  const args = z.strictObject({ pattern: z.string().min(1), glob: nullish(z.string()) });
  return tool(SPECS.search, args, async ({ pattern, glob }, signal) => {
    const hits = await tree.search(pattern, glob, SEARCH_HITS, signal);
    if ("error" in hits) return failed(hits.error);
    return ok(hits.length === 0 ? "No match." : hits.join("\n"));
  });
}

export function listTool({ tree }: Pick<Workbench, "tree">): Tool<never> {
  return tool(SPECS.list, z.strictObject({ glob: z.string() }), async ({ glob }) => {
    const paths = await tree.list(glob);
    if ("error" in paths) return failed(paths.error);
    const more = paths.length > LIST_PATHS ? `\n[${paths.length - LIST_PATHS} more: narrow the glob]` : "";
    return ok(paths.length === 0 ? "No file." : `${paths.slice(0, LIST_PATHS).join("\n")}${more}`);
  });
}

/** "./a//b" is "a/b": a write set is kept by name. */
const normal = (path: string): string => path.replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");

/** Refuses, and records, what is outside the write set or protected. */
async function guard(bench: Workbench, name: string, path: string): Promise<Answer<never> | null> {
  const why = bench.refusal(path);
  if (why === null) return null;
  await bench.refused(name, path, why);
  return failed(`${path} ${why}. Solve the task without it, or finish with blocked.`);
}

function editTool(bench: Workbench): Tool<Report> {
  const edits = z
    .array(z.strictObject({ old: z.string().min(1), new: z.string() }))
    .min(1)
    .max(EDITS);
  return tool(
    SPECS.edit,
    z.strictObject({ path: z.string(), edits }),
    async ({ path: named, edits: wanted }) => {
      const path = normal(named);
      const refusal = await guard(bench, "edit", path);
      if (refusal) return refusal;
      const file = await bench.tree.read(path);
      if ("error" in file) return failed(file.error);
      let now = file.text;
      for (const [at, edit] of wanted.entries()) {
        const next = replaceOnce(now, edit.old, edit.new);
        if ("error" in next)
          return failed(`Edit ${at + 1} of ${wanted.length} in ${path}: ${next.error} Nothing was changed.`);
        now = next.text;
      }
      if (now === file.text) return failed(`The edits leave ${path} as it was. Nothing was changed.`);
      const written = await bench.tree.write(path, now);
      return "error" in written ? failed(written.error) : ok(`Edited ${path}.`);
    },
  );
}

const withLf = (text: string): string => text.replaceAll("\r\n", "\n");
const withCrlf = (text: string): string => withLf(text).replaceAll("\n", "\r\n");

/** Line ends are the file's own: a model writes "\n" for either, and a file may have both. */
function replaceOnce(whole: string, old: string, replacement: string): { text: string } | { error: string } {
  const from = [old, withCrlf(old), withLf(old)].find((one) => whole.includes(one)) ?? old;
  const crlf = from.includes("\n") ? from.includes("\r\n") : whole.includes("\r\n");
  const to = crlf ? withCrlf(replacement) : withLf(replacement);
  const first = whole.indexOf(from);
  if (first < 0) return { error: `the old text does not occur. Nearest lines:\n${nearest(whole, old)}\n` };
  const second = whole.indexOf(from, first + 1);
  if (second >= 0) {
    const lines = [first, second].map((at) => whole.slice(0, at).split("\n").length);
    return {
      error: `the old text occurs more than once (lines ${lines.join(" and ")}). Add lines around it.`,
    };
  }
  return { text: whole.slice(0, first) + to + whole.slice(first + from.length) };
}

const MARK = "[redacted]";
/** A key that was not shown would be lost, and no later round could bring it back. */
async function blotted(tree: Tree, path: string, content: string): Promise<Answer<never> | null> {
  if (!content.includes(MARK)) return null;
  const there = await tree.read(path);
  if ("error" in there || there.text.includes(MARK)) return null;
  return failed(
    `Not written: ${MARK} stands for a key that you are not shown. Change the lines around it with edit.`,
  );
}

function writeTool(bench: Workbench): Tool<Report> {
  return tool(
    SPECS.write,
    z.strictObject({ path: z.string(), text: z.string() }),
    async ({ path: named, text: content }) => {
      const path = normal(named);
      const refusal = (await guard(bench, "write", path)) ?? (await blotted(bench.tree, path, content));
      if (refusal) return refusal;
      const written = await bench.tree.write(path, content);
      if ("error" in written) return failed(written.error);
      return ok(`${written.created ? "Created" : "Wrote"} ${path}.`);
    },
  );
}

function runTool(bench: Workbench, outputs: { count: number }): Tool<Report> {
  return tool(SPECS.run, z.strictObject({ command: z.string().min(1) }), async ({ command }, signal) => {
    if (!bench.isKnown(command)) {
      const permit = await bench.permit(command, signal);
      if (permit !== "yes") {
        const why =
          permit === "no" ? "the user refused it" : "it is neither a check of this task nor allowed";
        await bench.refused("run", command, why);
        return failed(`Not run: ${why}. Do without it; the checks run by themselves after finish.`);
      }
    }
    const result = await bench.shell.run(command, bench.scratch.root, bench.limits, signal);
    const head = result.ended === "exit" ? `exit ${result.status ?? "by signal"}` : result.ended;
    return { text: `${head}\n${await preview(bench, result.output, outputs)}`, failed: result.status !== 0 };
  });
}

const FAILING =
  /\b(fail(ed|ing|ure)?|error|exception|assert\w*|expected|received|panic|traceback)\b|\u2717|\u2716|not ok/i;

/** Failing lines first, then head and tail; the whole is kept where read and search find it. */
async function preview({ tree }: Workbench, output: string, outputs: { count: number }): Promise<string> {
  if (output.length <= PREVIEW_CHARS) return output;
  outputs.count += 1;
  const path = `${OUTPUT_DIR}/${outputs.count}.txt`;
  const kept = await tree.write(path, output);
  const where = "error" in kept ? "" : `\n[whole output, ${output.length} characters: ${path}]`;
  return `${cut(output, PREVIEW_CHARS)}${where}`;
}

/** At most about `chars` characters of a long output: lines that tell of a failure, then its head and its tail. */
export function cut(output: string, chars: number): string {
  if (output.length <= chars) return output;
  const telling = output
    .split("\n")
    .filter((one) => FAILING.test(one))
    .slice(0, 12)
    .map((one) => one.slice(0, 200))
    .join("\n")
    .slice(0, chars / 2);
  const side = Math.floor((chars - telling.length) / 2);
  return `${telling}${telling ? "\n…\n" : ""}${output.slice(0, side)}\n…\n${output.slice(-side)}`;
}

const finishTool: Tool<Report> = tool(
  SPECS.finish,
  z.strictObject({ done: z.string(), learned: nullish(z.string()), blocked: nullish(z.string()) }),
  async ({ done, learned, blocked }) => ({
    text: "Noted. The checks run now.",
    end: { done, learned: learned ?? "", blocked: blocked === "" ? null : blocked },
  }),
);
