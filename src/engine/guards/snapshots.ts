/** A snapshot that is written anew agrees with whatever the program does now: somebody has to say why. */
import { type Changed, fail, type Finding, type Guard, unsure } from "./guard.ts";
import { isSnapshot } from "./paths.ts";
import { asksFor } from "./said.ts";

const ENTRY = /^exports\[`((?:[^`\\]|\\.)*)`\] = `([^]*?)`;$/gm;

export const snapshotsKept: Guard = {
  name: "snapshots kept",
  find: (slice, _patch, changed) =>
    changed.flatMap((one): Finding[] => {
      if (!isSnapshot(one.path) || (one.before ?? null) === null) return [];
      const what = rewritten(one, changed);
      if (what === null) return [];
      const isNamed = slice.writes.includes(one.path);
      const isSaid = asksFor(slice, /snapshots?\b|approved (files?|output)/i);
      if (isNamed && isSaid) return [];
      const says = `${one.path}:1 ${what}`;
      return isNamed || isSaid
        ? [unsure(`${says} Look whether the new output is right.`)]
        : [fail(`${says} The slice gives no reason. Put it back, and make the program agree with it.`)];
    }),
};

/** What of a snapshot is no longer as it was; null when it was only added to. */
function rewritten({ path, before, after }: Changed, changed: readonly Changed[]): string | null {
  if (after === null) return isTestGone(path, changed) ? null : "is deleted.";
  const was = entries(before ?? "");
  if (was.size === 0) return before === after ? null : "is rewritten.";
  const is = entries(after);
  const lost = [...was]
    .filter(([name, value]) => is.get(name) !== value && ![...is.values()].includes(value))
    .map(([name]) => name);
  return lost.length === 0
    ? null
    : `rewrites ${lost
        .slice(0, 3)
        .map((name) => `"${name.slice(0, 80)}"`)
        .join(", ")}${lost.length > 3 ? ` and ${lost.length - 3} more` : ""}.`;
}

const entries = (text: string): Map<string, string> =>
  new Map(
    [...text.slice(0, 1_000_000).matchAll(ENTRY)]
      .slice(0, 5000)
      .map(([, name = "", value = ""]) => [name, value]),
  );

/** With its test it may go: that is for another guard to judge. */
const isTestGone = (path: string, changed: readonly Changed[]): boolean => {
  const name = path
    .split("/")
    .at(-1)
    ?.replace(/\.snap$/, "");
  return changed.some(
    (one) => one.after === null && one.path !== path && one.path.split("/").at(-1) === name,
  );
};
