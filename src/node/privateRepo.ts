/**
 * The repository of our own, one a workspace folder, in storage: it holds snapshots and attempts, so that the user's
 * .git is only ever read. It borrows the user's objects instead of copying them.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { codeOf, faultError } from "./diskFault.ts";
import { fields, gitFault, runGit } from "./git.ts";

/** The user's repository. `prefix` leads from its top folder to the workspace folder: "" or "packages/app/". */
export type UserGit = {
  top: string;
  prefix: string;
  common: string;
  objects: string;
  index: string;
  exclude: string;
  attributes: string;
  format: string;
};

/** `home` holds the private repository `dir`, attempts' copies and temporary files; `top` is what snapshots cover. */
export type PrivateRepo = {
  workspaceRoot: string;
  home: string;
  dir: string;
  top: string;
  prefix: string;
  /** Null for a folder without git, and for one that the repository around it ignores. */
  user: UserGit | null;
  /** Environment for commits: empty when the user has a git identity. */
  identity: Record<string, string>;
};

export type Where = { workspaceRoot: string; storage: string };

/** What decides how file contents, names and modes are read; the private repository must agree with the user's. */
const COPIED =
  /^(core\.(autocrlf|eol|symlinks|filemode|ignorecase|precomposeunicode|excludesfile|attributesfile|longpaths|checkstat|trustctime|bigfilethreshold)|filter\..*)$/;
const ASKED = "^(core\\.|filter\\.|user\\.(name|email)$)";

export const OUR_NAME = {
  GIT_AUTHOR_NAME: "Slicewise",
  GIT_AUTHOR_EMAIL: "slicewise@localhost",
  GIT_COMMITTER_NAME: "Slicewise",
  GIT_COMMITTER_EMAIL: "slicewise@localhost",
};

/** A folder without git mostly has no ignore rules; these are never what somebody wrote. */
const NEVER_SOURCE = [
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  "bower_components",
  ".tox",
  ".DS_Store",
];

export const unique = (): string => `${process.pid}-${randomBytes(6).toString("hex")}`;

type Setting = [key: string, value: string | null];

async function readSettings(cwd: string): Promise<Setting[]> {
  const found = await runGit(["config", "-z", "--get-regexp", ASKED], { cwd, accept: [0, 1] });
  return fields(found.out.toString()).map((entry): Setting => {
    const end = entry.indexOf("\n");
    return end < 0 ? [entry, null] : [entry.slice(0, end), entry.slice(end + 1)];
  });
}

const PROBE = [
  "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", "--git-path", "objects",
  "--git-path", "index", "--git-path", "info/exclude", "--git-path", "info/attributes", "--show-object-format",
]; // prettier-ignore

async function findUserGit(root: string): Promise<UserGit | null> {
  const probe = await runGit(PROBE, { cwd: root, accept: [0, 128] });
  if (probe.status !== 0) {
    if (/not a git repository|must be run in a work tree/.test(probe.err)) return null;
    throw gitFault(
      `git cannot read the repository of ${root}:\n${probe.err.trim()}\nSettle this, then try again.`,
    );
  }
  const [top, common, objects, index, exclude, attributes, format] = probe.out.toString().split("\n");
  if (top === undefined || format === undefined || format === "") {
    throw gitFault(
      `git answered strangely about ${root}. Slicewise needs git 2.31 or newer; update git and try again.`,
    );
  }
  const inside = relative(await realpath(top), root).replaceAll("\\", "/");
  const prefix = inside === "" ? "" : `${inside}/`;
  if (prefix !== "" && (await isIgnored(root))) return null;
  return {
    top,
    prefix,
    common: common!,
    objects: objects!,
    index: index!,
    exclude: exclude!,
    attributes: attributes!,
    format,
  };
}

const isIgnored = async (folder: string): Promise<boolean> =>
  (await runGit(["check-ignore", "-q", "."], { cwd: folder, accept: [0, 1] })).status === 0;

const quoted = (value: string): string =>
  `"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;

/** `a.b` and `a.some name.b` as the lines of a config file. */
function configLines([key, value]: Setting): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  const section = key.slice(0, first);
  const head = first === last ? `[${section}]` : `[${section} ${quoted(key.slice(first + 1, last))}]`;
  return `${head}\n\t${key.slice(last + 1)}${value === null ? "" : ` = ${quoted(value)}`}\n`;
}

function configText(settings: Setting[], format: string): string {
  const odd = format === "sha1" ? [] : [`[extensions]\n\tobjectformat = ${format}\n`];
  return [
    `[core]\n\trepositoryformatversion = ${format === "sha1" ? 0 : 1}\n\tbare = true\n`,
    ...odd,
    ...settings.filter(([key]) => COPIED.test(key)).map(configLines),
  ].join("");
}

export const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error));

export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Replaces the file in one step, and only when it says something else: another process may be reading it. */
async function keep(path: string, text: string): Promise<void> {
  const old = await readIfThere(path);
  if (old?.toString() === text) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${unique()}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** The user's object store and those it borrows from itself, absolute. */
async function borrowed(user: UserGit): Promise<string> {
  const more = (await readIfThere(join(user.objects, "info", "alternates")))?.toString().split("\n") ?? [];
  const stores = more.filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith('"'));
  return [user.objects, ...stores.map((line) => resolve(user.objects, line))]
    .map((line) => `${line}\n`)
    .join("");
}

async function ignoreRules(user: UserGit | null): Promise<string> {
  if (user === null) return [...NEVER_SOURCE, "/.slicewise/", ""].join("\n");
  const theirs = (await readIfThere(user.exclude))?.toString() ?? "";
  return `${theirs}\n/${user.prefix.replace(/[\\*?[\]! #]/g, "\\$&")}.slicewise/\n`;
}

async function furnish(dir: string, user: UserGit | null, settings: Setting[]): Promise<void> {
  const [rules, attributes, alternates, shallow] = await Promise.all([
    ignoreRules(user),
    user && readIfThere(user.attributes),
    user && borrowed(user),
    user && readIfThere(join(user.common, "shallow")),
  ]);
  await Promise.all([
    mkdir(join(dir, "refs", "heads"), { recursive: true, mode: 0o700 }),
    mkdir(join(dir, "worktrees"), { recursive: true, mode: 0o700 }),
    keep(join(dir, "objects", "info", "alternates"), alternates ?? ""),
    keep(join(dir, "info", "exclude"), rules),
    keep(join(dir, "info", "attributes"), attributes?.toString() ?? ""),
    keep(join(dir, "config"), configText(settings, user?.format ?? "sha1")),
    shallow ? keep(join(dir, "shallow"), shallow.toString()) : undefined,
  ]);
  // git takes the folder for a repository from the moment HEAD stands in it, so it comes last.
  await keep(join(dir, "HEAD"), "ref: refs/heads/main\n");
}

function identityFrom(settings: Setting[]): Record<string, string> {
  const has = (key: string): boolean =>
    settings.some(([name, value]) => name === key && value !== null && value !== "");
  const env = process.env;
  const named =
    has("user.name") || (env.GIT_AUTHOR_NAME !== undefined && env.GIT_COMMITTER_NAME !== undefined);
  const mailed =
    has("user.email") || (env.GIT_AUTHOR_EMAIL !== undefined && env.GIT_COMMITTER_EMAIL !== undefined);
  return named && mailed ? {} : OUR_NAME;
}

/**
 * Opens the private repository of a workspace folder, and makes or refreshes it. Rejects with a fault when git is
 * missing, refuses the user's repository, or storage cannot be written.
 */
export async function openPrivateRepo({ workspaceRoot, storage }: Where): Promise<PrivateRepo> {
  const root = await realpath(workspaceRoot);
  const [user, settings] = await Promise.all([findUserGit(root), readSettings(root)]);
  const key = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const kind = user === null ? "own" : user.format;
  await mkdir(storage, { recursive: true, mode: 0o700 }).catch(storageFault(storage));
  const home = join(await realpath(storage), `${key}-${kind}`);
  const dir = join(home, "repo.git");
  const wayIn = relative(root, home);
  if (!wayIn.startsWith("..") && !isAbsolute(wayIn)) {
    throw faultError({
      kind: "disk",
      message: `Slicewise's storage ${storage} lies inside the workspace ${root}. Choose a storage folder outside of it.`,
    });
  }
  await furnish(dir, user, settings).catch(storageFault(home));
  const { top, prefix } = user ?? { top: root, prefix: "" };
  return { workspaceRoot: root, home, dir, top, prefix, user, identity: identityFrom(settings) };
}

const storageFault =
  (path: string) =>
  (error: unknown): never => {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Slicewise's storage ${path} cannot be written: ${why}. Make room or give write access, then try again.`;
    throw faultError({ kind: "disk", message }, error);
  };

/** Runs git on the private repository with the user's files as its working tree. */
export const privateEnv = (repo: PrivateRepo, index: string): Record<string, string> => ({
  GIT_DIR: repo.dir,
  GIT_WORK_TREE: repo.top,
  GIT_INDEX_FILE: index,
});

/** What git writes for "no object"; as long as the repository's ids. */
export const noId = ({ user }: PrivateRepo): string => "0".repeat(user?.format === "sha256" ? 64 : 40);

/** The user's HEAD commit; null without git or before the first commit. */
export async function userHead(repo: PrivateRepo): Promise<string | null> {
  if (repo.user === null) return null;
  const found = await runGit(["rev-parse", "-q", "--verify", "HEAD^{commit}"], {
    cwd: repo.top,
    accept: [0, 1],
  });
  return found.status === 0 ? found.out.toString().trim() : null;
}
