/** Which programs a command may name: looked up as a shell would, without running anything. */
import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { isInside } from "./confine.ts";
import { inParallel } from "./gitObjects.ts";

const MOST_NAMES = 1000;
const MOST_CHARS = 255;

/**
 * The names that can be found: plain ones on PATH, those with "/" below the workspace root. Absolute names elsewhere are
 * only looked for in the folders of PATH: a plan is no way to ask what else is on this machine.
 */
export async function findPrograms(
  workspaceRoot: string,
  names: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReadonlySet<string>> {
  const root = await realpath(workspaceRoot).catch(() => resolve(workspaceRoot));
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const asked = [...new Set(names)].filter(isName).slice(0, MOST_NAMES);
  const found = await inParallel(asked, 16, async (name) => {
    for (const path of placesOf(name, root, folders)) if (await isProgram(path, env)) return true;
    return false;
  });
  return new Set(asked.filter((_, index) => found[index]));
}

const isName = (name: string): boolean => name !== "" && name.length <= MOST_CHARS && !name.includes("\0");

function placesOf(name: string, root: string, folders: readonly string[]): string[] {
  if (!/[\\/]/.test(name)) return folders.map((folder) => join(folder, name));
  const path = resolve(root, name);
  return isInside(root, path) || folders.includes(dirname(path)) ? [path] : [];
}

async function isProgram(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (process.platform !== "win32") return isExecutable(path);
  for (const ending of ["", ...(env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";")])
    if (await isExecutable(path + ending)) return true;
  return false;
}

const isExecutable = async (path: string): Promise<boolean> =>
  access(path, constants.X_OK)
    .then(() => stat(path))
    .then(
      (found) => found.isFile(),
      () => false,
    );
