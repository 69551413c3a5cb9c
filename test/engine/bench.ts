/** The outside world of one tool session, in memory. */
import type { CommandResult, Err, FileText, TeamRules, Tree } from "../../src/engine/ports.ts";
import type { Answer, Tool } from "../../src/engine/toolLoop.ts";
import { type Workbench, executorTools } from "../../src/engine/tools.ts";
import { refusal } from "../../src/engine/guards.ts";
import type { Report } from "../../src/core/order.ts";
import { matcher } from "../../src/core/globs.ts";

const missing = (path: string): Err => ({ error: `${path} does not exist.` });
const digest = (text: string): string => text.length.toString(16).padStart(64, "0");

export function treeOf(files: Map<string, string>): Tree {
  const read = (path: string): FileText | Err => {
    const text = files.get(path);
    return text === undefined ? missing(path) : { text, sha: digest(text), lines: text.split("\n").length };
  };
  return {
    read: async (path) => read(path),
    write: async (path, text) => {
      const created = !files.has(path);
      files.set(path, text);
      return { sha: digest(text), created };
    },
    remove: async (path) => (files.delete(path) ? true : missing(path)),
    list: async (glob) => [...files.keys()].filter(matcher([glob])).toSorted(),
    search: async (pattern) =>
      [...files].filter(([, text]) => text.includes(pattern)).map(([path]) => `${path}:1:${pattern}`),
  };
}

export type Bench = {
  files: Map<string, string>;
  ran: string[];
  refused: string[];
  call(name: string, args: unknown): Promise<Answer<Report>>;
};
type Given = {
  writes?: string[];
  rules?: TeamRules[];
  known?: string[];
  permit?: "yes" | "no" | "unattended";
  result?: Partial<CommandResult>;
};

export function bench(contents: Record<string, string>, given: Given = {}): Bench {
  const files = new Map(Object.entries(contents));
  const ran: string[] = [];
  const refused: string[] = [];
  const made: Workbench = {
    scratch: { root: "/scratch", patch: async () => [], dispose: async () => undefined },
    tree: treeOf(files),
    shell: {
      run: async (command) => {
        ran.push(command);
        return { status: 0, output: "", ms: 1, ended: "exit", ...given.result };
      },
    },
    refusal: refusal({ writes: given.writes ?? ["**"] }, given.rules ?? []),
    limits: { seconds: 1, outputBytes: 1000 },
    isKnown: (command) => (given.known ?? []).includes(command),
    permit: async () => given.permit ?? "unattended",
    refused: async (tool, what, why) => void refused.push(`${tool} ${what}: ${why}`),
  };
  const tools = executorTools(made);
  return { files, ran, refused, call: (name, args) => called(tools, name, args) };
}

async function called(tools: Tool<Report>[], name: string, args: unknown): Promise<Answer<Report>> {
  const tool = tools.find(({ spec }) => spec.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool.run(tool.args.parse(args), new AbortController().signal);
}
