import { runGit } from "../git.ts";

const COMMITS = 30;
/** A commit of more files is an import or a reformat, and says nothing about what is worked on. */
const MOST_FILES = 60;

/** What the last commits changed, the last first, relative to `root`; none without git or commits. */
export async function recentChanges(root: string, signal: AbortSignal): Promise<string[][]> {
  const args = [
    "log",
    `--max-count=${COMMITS}`,
    "--no-show-signature",
    "--no-ext-diff",
    "--no-renames",
    "--relative",
  ];
  const options = { cwd: root, signal, accept: [0, 128] };
  const { out } = await runGit([...args, "--name-only", "-z", "--format=%x01"], options);
  const commits = out.toString().split("\u0001").slice(1);
  const files = commits.map((commit) => commit.split("\0").map((path) => path.replace(/^\n/, "")));
  return files
    .map((paths) => paths.filter((path) => path !== ""))
    .filter(({ length }) => length > 0 && length <= MOST_FILES);
}
