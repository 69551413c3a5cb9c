/** Work that is not done, and what was left lying about while doing it. */
import type { Mark } from "../../core/codeFacts.ts";
import { type Changed, fail, type Guard } from "./guard.ts";
import { isTestPath } from "./paths.ts";

type Where = { path: string; mark: Mark };

/** Marks that are more than before, over all files: what moved is not new. */
export function added(
  changed: readonly Changed[],
  kind: Mark["kind"],
  isOurs: (path: string) => boolean,
): Where[] {
  const left = new Map<string, number>();
  const each = (side: "before" | "after"): Where[] =>
    changed.flatMap(({ path, facts }) =>
      isOurs(path)
        ? (facts?.[side]?.marks ?? []).filter((one) => one.kind === kind).map((mark) => ({ path, mark }))
        : [],
    );
  for (const { mark } of each("before")) left.set(mark.what, (left.get(mark.what) ?? 0) + 1);
  return each("after").filter(({ mark }) => {
    const had = left.get(mark.what) ?? 0;
    left.set(mark.what, had - 1);
    return had <= 0;
  });
}

export const isProgram = (path: string): boolean => !isTestPath(path) && !/\.(d\.ts|pyi)$/.test(path);

export const noStub: Guard = {
  name: "no stub",
  find: ({ produces }, _patch, changed) => {
    const stubs = added(changed, "stub", isProgram).map(({ path, mark }) =>
      fail(`${path}:${mark.line} leaves the work undone (${mark.what.slice(0, 80)}). Do it.`),
    );
    const empty = added(changed, "empty", isProgram)
      .filter(
        ({ path, mark }) =>
          hadBody(changed, path, mark.what) ||
          produces.some((one) => new RegExp(`[#.\\s]${mark.what.replace(/\W/g, "")}\\b`).test(one)),
      )
      .map(({ path, mark }) =>
        fail(`${path}:${mark.line} \`${mark.what}\` does nothing. Write what it has to do.`),
      );
    return [...stubs, ...empty];
  },
};

/** It was defined there before, and not empty. */
const hadBody = (changed: readonly Changed[], path: string, name: string): boolean => {
  const before = changed.find((one) => one.path === path)?.facts?.before;
  return (
    before?.defines.includes(name) === true &&
    !before.marks.some(({ kind, what }) => kind === "empty" && what === name)
  );
};

/** Programs print on purpose; nobody stops in a debugger on purpose. */
export const noDebugger: Guard = {
  name: "no debugger",
  find: (_slice, _patch, changed) =>
    added(changed, "debugger", () => true).map(({ path, mark }) =>
      fail(`${path}:${mark.line} stops in a debugger (${mark.what}). Take it out.`),
    ),
};
