/** What kind of project the workspace is, read from its own files and git. Nothing of the project is run. */
import { matcher } from "../core/globs.ts";
import type { Project, ProjectCommand, ProjectFacts, Tree } from "../engine/ports.ts";
import { runGit } from "./git.ts";
import { inParallel } from "./gitObjects.ts";
import { listFiles } from "./listFiles.ts";
import { type Ecosystem, type Folder, type Found, type Shape } from "./manifest.ts";
import { npm } from "./npmProject.ts";
import { dotnet, go, java, make, php, ruby, rust } from "./otherProjects.ts";
import { findPrograms } from "./programs.ts";
import { python } from "./pythonProject.ts";
import { openTree } from "./tree.ts";

const ECOSYSTEMS: readonly Ecosystem[] = [npm, python, go, rust, java, dotnet, php, ruby, make];
/** The most telling first, where the root itself tells nothing. */
const SHAPES: readonly Shape[] = ["extension", "web app", "service", "command line", "library"];
const MOST_FOLDERS = 100;
const MOST_NAMES = 2000;
const MOST_COMMANDS = 60;
const MOST_BYTES = 256_000;
/** A folder whose name a shell takes as it is. */
const PLAIN = /^[A-Za-z0-9_@][\w@./+-]*$/;

export const openProject = (workspaceRoot: string): Project => ({
  facts: (signal) => factsOf(workspaceRoot, signal),
  programs: (names) => findPrograms(workspaceRoot, names),
});

async function factsOf(root: string, signal: AbortSignal): Promise<ProjectFacts> {
  const [files, git] = await Promise.all([filesOf(root), gitFacts(root, signal)]);
  const open = folderIn(openTree(root), files);
  const base = open("");
  const atRoot = await readFolder(base, base);
  const inner = foldersOf(
    files,
    atRoot.flatMap(({ members }) => members),
  );
  const members = await inParallel(inner, 8, async (path) => ({
    path,
    found: await readFolder(open(path), base),
  }));
  const all = [{ path: "", found: atRoot }, ...members];
  return {
    kinds: unique(all.flatMap(({ found }) => found.flatMap(({ kind }) => kind ?? []))),
    shape: shapeOf(atRoot) ?? shapeOf(members.flatMap(({ found }) => found)) ?? "unknown",
    hasTests: await hasTests(files, base),
    commands: all
      .flatMap(({ path, found }) => found.flatMap((one) => inFolder(path, one.commands)))
      .slice(0, MOST_COMMANDS),
    scripts: Object.fromEntries(
      all
        .map(({ path, found }) => [path, unique(found.flatMap(({ scripts }) => scripts))] as const)
        .filter(([, names]) => names.length > 0),
    ),
    targets: unique(atRoot.flatMap(({ targets }) => targets)),
    dependencies: unique(
      all.flatMap(({ found }) => found.flatMap(({ dependencies }) => dependencies)),
    ).toSorted(),
    git,
  };
}

const unique = (names: readonly string[]): string[] =>
  [...new Set(names.filter((name) => name.length <= 200))].slice(0, MOST_NAMES);

/** A folder too large to be listed still has a root to look at: its files are unknown, and so is the rest. */
const filesOf = async (root: string): Promise<string[]> =>
  (await listFiles(root).catch(() => [])).filter((path) => !path.startsWith(".slicewise/"));

/** Folders of the listed files, seen from inside. */
function folderIn(tree: Tree, files: readonly string[]): (path: string) => Folder {
  const known = new Set(files);
  return (path) => {
    const prefix = path === "" ? "" : `${path}/`;
    const below = within(files, prefix);
    return {
      path,
      has: (name) => known.has(prefix + name),
      find: (pattern) => below.find((name) => pattern.test(name)) ?? null,
      text: async (name) => {
        const file = known.has(prefix + name) ? await tree.read(prefix + name) : null;
        return file === null || "error" in file || file.text.length > MOST_BYTES ? null : file.text;
      },
    };
  };
}

/** The sorted paths that begin so, without it. */
function within(files: readonly string[], prefix: string): readonly string[] {
  if (prefix === "") return files;
  const first = firstFrom(files, prefix);
  const behind = firstFrom(files, `${prefix.slice(0, -1)}0`); // "0" is the character after "/"
  return files.slice(first, behind).map((path) => path.slice(prefix.length));
}

/** Index of the first path that is not below `bound`. */
function firstFrom(files: readonly string[], bound: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] ?? "") < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

const readFolder = async (folder: Folder, root: Folder): Promise<Found[]> =>
  (await Promise.all(ECOSYSTEMS.map((ecosystem) => ecosystem(folder, root)))).filter((one) => one !== null);

/** Folders one level below the root, and those the root counts as its own. */
function foldersOf(files: readonly string[], members: readonly string[]): string[] {
  const isMember = matcher(
    members.filter((glob) => !glob.startsWith("!")).map((glob) => `${glob.replace(/\/+$/, "")}/package.json`),
  );
  const near = files.filter((path) => path.split("/").length === 2);
  const packages = files.filter((path) => path.endsWith("/package.json")).slice(0, MOST_NAMES);
  const far = packages.filter((path) => isMember(path));
  const folders = [...far, ...near].map((path) => path.slice(0, path.lastIndexOf("/")));
  return [...new Set(folders)].slice(0, MOST_FOLDERS);
}

function inFolder(path: string, commands: readonly ProjectCommand[]): ProjectCommand[] {
  if (path === "") return [...commands];
  if (!PLAIN.test(path)) return [];
  return commands.map(({ does, command, from }) => ({
    does,
    command: `cd ${path} && ${command}`,
    from: `${path}/${from}`,
  }));
}

const shapeOf = (found: readonly Found[]): Shape | undefined =>
  SHAPES.find((shape) => found.some((one) => one.shape === shape));

const CODE = "([cm]?[jt]sx?|py|go|rs|java|kts?|cs|fs|php|rb|cc?|cpp|swift|scala|exs?|dart|lua|sh|bats)";
const TESTS = new RegExp(
  [
    `(^|/)(tests?|specs?|__tests__)/.*\\.${CODE}$`,
    `[._-](test|spec)s?\\.${CODE}$`,
    `(^|/)(test_[^/]*|tests)\\.py$`,
    "Tests?\\.(java|kt|cs|php|scala)$",
  ].join("|"),
);
const RUST_FILES = 50;

/** Files named like tests; Rust keeps them inside its sources. */
async function hasTests(files: readonly string[], root: Folder): Promise<boolean> {
  if (files.some((path) => TESTS.test(path))) return true;
  const sources = files.filter((path) => path.endsWith(".rs")).slice(0, RUST_FILES);
  const texts = await inParallel(sources, 8, (path) => root.text(path));
  return texts.some((text) => text?.includes("#[test]") ?? false);
}

const RECENT = 10;

/** Null outside of a repository, without git, and before the first look could be taken. */
async function gitFacts(cwd: string, signal: AbortSignal): Promise<ProjectFacts["git"]> {
  const ask = { cwd, signal, accept: [0, 1, 128] };
  const line = async (args: string[]): Promise<string | null> => {
    const { status, out } = await runGit(args, ask);
    return status === 0 ? out.toString().trim() || null : null;
  };
  const inside = await line(["rev-parse", "--is-inside-work-tree"]).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
  if (inside !== "true") return null;
  const [branch, commit, status, log] = await Promise.all([
    line(["symbolic-ref", "--short", "-q", "HEAD"]),
    line(["rev-parse", "-q", "--verify", "HEAD"]),
    runGit(["status", "--porcelain", "-z", "--no-renames", "--", "."], ask),
    line(["log", `-${RECENT}`, "--format=%s"]),
  ]);
  if (status.status !== 0) return null;
  const changed = status.out
    .toString()
    .split("\0")
    .filter((entry) => entry !== "").length;
  const recent = (log ?? "").split("\n").filter((subject) => subject !== "");
  return { branch, commit, changed, recent: recent.map((subject) => subject.slice(0, 200)) };
}
