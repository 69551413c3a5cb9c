// The sample workspace: a copy of media/sample as a git repository of its own.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SAMPLE } from "./paths.mjs";

const AUTHOR = [
  "-c",
  "user.name=Sample",
  "-c",
  "user.email=sample@example.invalid",
  "-c",
  "commit.gpgsign=false",
];

/**
 * Fills a folder with the sample and commits it on branch `main`, with no hooks and no user settings of git.
 * @param {string} folder made when missing
 */
export function makeSample(folder) {
  mkdirSync(folder, { recursive: true });
  if (existsSync(SAMPLE)) cpSync(SAMPLE, folder, { recursive: true });
  else writeFileSync(path.join(folder, "README.md"), "# Sample\n");
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const git = (...args) => execFileSync("git", [...AUTHOR, ...args], { cwd: folder, env, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=Start of the sample");
}
