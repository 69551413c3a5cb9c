/**
 * Verification functions: the planner's own programs, written with the plan and frozen by their hash. Each runs apart, sees the
 * copy only through what it asks for, and is run on the base tree, too: one that passes there shows nothing new.
 */
import type { Evidence } from "../../core/order.ts";
import type { CheckFunction, FunctionAccess, FunctionResult, World } from "../ports.ts";
import { type Copies, openCopies } from "./copies.ts";
import { type Script, type Trial, eachUntilFail, evidenceOf } from "./verifying.ts";

const OUTPUT_BYTES = 200_000;
const WHY_CHARS = 1500;

/** As much of the world as functions take, and the hashes they were frozen by, by path. */
export type FunctionTrial = Trial & {
  world: Pick<World, "files" | "tree" | "functions">;
  frozen: Readonly<Record<string, string>>;
};

export async function functions(trial: FunctionTrial): Promise<Evidence[]> {
  const { world, slice, attempt, signal } = trial;
  const wanted = slice.checks.filter((check): check is Script => "script" in check);
  if (wanted.length === 0) return [];
  const patched = openCopies(trial, trial.patch);
  const base = openCopies(trial, []);
  try {
    return await eachUntilFail(wanted, signal, ({ script }) => {
      world.watch({ slice: slice.id, attempt, kind: "check", text: script });
      return judged(trial, script, patched, base);
    });
  } finally {
    await Promise.all([patched.close(), base.close()]);
  }
}

async function judged(trial: FunctionTrial, path: string, patched: Copies, base: Copies): Promise<Evidence> {
  const check = await frozen(trial, path);
  if ("why" in check) return evidenceOf({ kind: "script", name: path, ...check });
  const after = await runOn(trial, check, patched);
  const before = after.ended === "passed" && !trial.signal.aborted ? await runOn(trial, check, base) : null;
  const printed = after.output === "" ? null : await trial.world.blobs.putText(after.output);
  return evidenceOf({
    kind: "script",
    name: path,
    ...wordOf(path, after, before),
    ms: after.ms,
    output: printed,
    sandboxed: after.confined !== undefined,
    ...(after.line !== null && after.ended === "failed" && { place: { path, line: after.line } }),
  });
}

/** The function as it was when the plan was made; what was changed since is refused, whoever did it. */
async function frozen(
  { world, frozen: hashes }: FunctionTrial,
  path: string,
): Promise<CheckFunction | Pick<Evidence, "result" | "why">> {
  const known = Object.hasOwn(hashes, path) ? hashes[path] : undefined;
  const refuse = (why: string): Pick<Evidence, "result" | "why"> => ({ result: "unknown", why });
  if (known === undefined)
    return refuse(
      `The plan knows no function ${path}. Add it and approve the plan again, or take the check out.`,
    );
  const found = await world.files.readFunction(path);
  if (found === null) return refuse(`${path} is gone. Restore it, or take the check out of the task.`);
  if ("message" in found) return refuse(`${found.path}:${found.line}: ${found.message}`);
  if (found.hash === known) return found;
  return refuse(
    `${path} was changed after the plan was approved, so it was not run. Restore it, or approve the plan again.`,
  );
}

async function runOn(trial: FunctionTrial, check: CheckFunction, copies: Copies): Promise<FunctionResult> {
  const { world, signal } = trial;
  const limits = { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES };
  const result = await world.functions.run(check, accessTo(trial, await copies.root()), limits, signal);
  if (!signal.aborted) await copies.settle();
  return result;
}

/** Reading is confined to the copy; commands run as checks do. */
function accessTo({ world, signal }: FunctionTrial, root: string): FunctionAccess {
  const tree = world.tree(root);
  const limits = { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES };
  return {
    root,
    read: async (path) => {
      const found = await tree.read(path);
      if ("error" in found) throw new Error(found.error);
      return found.text;
    },
    run: async (command) => {
      const { status, output, ended } = await world.shell.run(command, root, limits, signal);
      if (ended !== "exit")
        throw new Error(
          `${command}: ${ended === "timeout" ? `took longer than ${limits.seconds} s` : output || ended}`,
        );
      return { status, output };
    },
  };
}

type Word = Pick<Evidence, "result" | "why" | "before">;

function wordOf(path: string, after: FunctionResult, before: FunctionResult | null): Word {
  const at = after.line === null ? path : `${path}:${after.line}`;
  const said = after.message.slice(0, WHY_CHARS);
  switch (after.ended) {
    case "failed":
      return { result: "fail", before: null, why: `${at}\n${said}` };
    case "timeout":
      return { result: "fail", before: null, why: said };
    case "broken":
      return {
        result: "unknown",
        before: null,
        why: `${at} cannot be used: ${said}\nRepair it and approve the plan again, or judge it yourself.`,
      };
    case "aborted":
    case "unstartable":
      return { result: "unknown", before: null, why: said };
    case "passed":
      return passed(before);
  }
}

function passed(before: FunctionResult | null): Word {
  if (before?.ended === "failed") return { result: "pass", before: "fail", why: "" };
  if (before?.ended === "passed")
    return { result: "pass", before: "pass", why: "Passes before the change, too." };
  return {
    result: "pass",
    before: null,
    why: `What it does before the change is not known: ${before?.message ?? "it was not run there"}`,
  };
}
