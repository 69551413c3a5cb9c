import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, diskFault } from "./diskFault.ts";

/** Links, devices and pipes are not listed by the walk; what is no file of the project is not entered. */
const NOT_ENTERED = new Set([".git", "node_modules", ".venv", "__pycache__"]);
const MOST_FILES = 200_000;

/** All files below `root` that git does not ignore, relative, "/" between parts, sorted; without git all but dependencies. */
export async function listFiles(root: string): Promise<string[]> {
  const tagged = await git(root, ["ls-files", "-t", "-cod", "--exclude-standard", "-z"]);
  // None at all: no repository, or `root` is a folder that an outer repository ignores.
  if (tagged === null || tagged.length === 0) return (await walk(root)).sort();
  const present = new Set(tagged.map((line) => line.slice(2)));
  // A tracked file that is gone is listed twice, once as removed.
  for (const line of tagged) if (line.startsWith("R ")) present.delete(line.slice(2));
  return [...present].sort();
}

/** Null when git is missing or `root` is in no repository. A repository's own settings must not start programs. */
function git(root: string, args: string[]): Promise<string[] | null> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const options = { cwd: root, env, maxBuffer: 256 * 1024 * 1024, encoding: "utf8" as const };
  return new Promise((resolve, reject) => {
    execFile("git", ["-c", "core.fsmonitor=false", ...args], options, (error, stdout) => {
      if (error === null) resolve(stdout.split("\0").filter((path) => path !== ""));
      else if (error.code === 128 || codeOf(error) === "ENOENT") resolve(null);
      else reject(diskFault(error, "list the files of", root));
    });
  });
}

async function walk(root: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !NOT_ENTERED.has(entry.name)) folders.push(path);
    }
    if (files.length > MOST_FILES)
      throw new Error(`${root} holds more than ${MOST_FILES} files; use git there`);
  }
  return files;
}

/** A folder that vanished meanwhile or may not be entered holds nothing we could read. */
async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "EACCES", "EPERM"].includes(codeOf(error))) return [];
    throw error;
  }
}
