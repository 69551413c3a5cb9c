/** Past the tests instead of through them: code that changes what tests are run by, or that ends before they are done. */
import { type Changed, fail, type Guard, unsure } from "./guard.ts";
import { added, isProgram } from "./unfinished.ts";

/** What is made to be run prepares or ends on purpose. */
const IS_SETUP = /(^|[/._-])(setup|preload|bootstrap|polyfills?)([/._-]|$)/i;
const IS_COMMAND =
  /(^|\/)(bin|cli|cmd|scripts?|tools?|examples?)(\/|\.)|(^|\/)(cli|main|__main__|manage|setup)\.\w+$/;

export const runnerLeftAlone: Guard = {
  name: "runner left alone",
  find: (_slice, _patch, changed) => [
    ...added(changed, "runner", isProgram).map(({ path, mark }) =>
      IS_SETUP.test(path)
        ? unsure(`${path}:${mark.line} sets what tests are run by (${mark.what}). Look whether it has to.`)
        : fail(`${path}:${mark.line} changes what tests are run by (${mark.what}). Take it out.`),
    ),
    ...added(changed, "exit", isProgram)
      .filter(({ path }) => !isCommand(changed, path))
      .map(({ path, mark }) =>
        unsure(
          `${path}:${mark.line} ends the process when the file is loaded (${mark.what}): no test after it runs. Look whether it has to.`,
        ),
      ),
  ],
};

/** It is started by its own name, or has always ended so. */
const isCommand = (changed: readonly Changed[], path: string): boolean =>
  IS_COMMAND.test(path) ||
  changed.some((one) => one.path === path && /^#!/.test(one.after ?? "")) ||
  changed.some(
    (one) => one.path === path && (one.facts?.before?.marks ?? []).some(({ kind }) => kind === "exit"),
  );
