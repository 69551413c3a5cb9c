// npm run demo [-- --live]
// The main job, end to end, on a copy of the sample repository: plan, approve, run, land. Without --live the models are
// a recording, served on 127.0.0.1 to the real SDK; with it the provider whose key is in the environment is used.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deps } from "../setup.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const HEADLESS = path.join(ROOT, "dist/headless.js");
const GOAL =
  "Add --limit, --sort and --json to `notes list`, and bring the help up to date (test/help.expected.txt says what it must print)";
const live = process.argv.includes("--live");

/** @param {string} title */
const heading = (title) => console.log(`\n── ${title} ${"─".repeat(Math.max(0, 96 - title.length))}`);

function requireKey() {
  if (process.env.ANTHROPIC_API_KEY || process.env.OPENAI_API_KEY) return;
  console.error(
    "--live needs ANTHROPIC_API_KEY or OPENAI_API_KEY in the environment. Without --live no key is needed.",
  );
  process.exit(2);
}

function build() {
  deps();
  execFileSync(process.execPath, ["esbuild.mjs", "--quiet"], { cwd: ROOT, stdio: "inherit" });
}

/** A copy of the sample with a first commit, in a folder that stays. */
function makeWorkspace() {
  const home = mkdtempSync(path.join(tmpdir(), "slicewise-demo-"));
  const workspace = path.join(home, "notes");
  cpSync(path.join(ROOT, "media/sample"), workspace, { recursive: true });
  const git = (...args) => execFileSync("git", args, { cwd: workspace, stdio: "ignore" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("-c", "user.name=Demo", "-c", "user.email=demo@localhost", "commit", "-qm", "A small notebook");
  return { home, workspace };
}

/**
 * Points the sample's provider at the recording, or, live, takes the sample's models out: the ladder is then made from
 * the keys in the environment.
 * @param {string} workspace @param {{ openai: string, anthropic: string } | null} urls
 */
function configure(workspace, urls) {
  const file = path.join(workspace, ".slicewise/settings.json");
  const settings = JSON.parse(readFileSync(file, "utf8"));
  if (urls) {
    settings.providers.demo.baseUrl = urls.anthropic;
    settings.providers["demo-gpt"].baseUrl = urls.openai;
  } else for (const key of ["tiers", "planner", "reviewer", "providers"]) delete settings[key];
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** The tests' own model server, bundled because it is TypeScript. */
async function startRecording() {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(path.join(tmpdir(), "slicewise-server-"));
  const outfile = path.join(folder, "server.mjs");
  await build({
    entryPoints: [path.join(ROOT, "test/demo/recording.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const { serveRecording } = await import(outfile);
  const server = await serveRecording(path.join(ROOT, "media/sample-model.json"));
  return { ...server, stop: async () => (await server.close(), rmSync(folder, { recursive: true })) };
}

/** @param {string} home @param {string} workspace @param {string[]} args */
function slicewise(home, workspace, ...args) {
  console.log(`$ slicewise ${args.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(" ")}`);
  const env = {
    ...process.env,
    XDG_DATA_HOME: path.join(home, "data"),
    ...(live ? {} : { SLICEWISE_DEMO_KEY: "demo-key" }),
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [HEADLESS, "--workspace", workspace, ...args], {
      env,
      stdio: "inherit",
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

async function run(home, workspace) {
  heading("Plan");
  if ((await slicewise(home, workspace, "plan", GOAL)) !== 0) return 1;
  heading("Approve the plan, and run: what has strong evidence lands by itself");
  if ((await slicewise(home, workspace, "approve", "limit")) !== 0) return 1;
  const status = await slicewise(home, workspace, "run", "limit", "--autonomy", "supervised");
  heading("The commits, one a slice, on a branch of their own");
  const git = (...args) => execFileSync("git", args, { cwd: workspace, encoding: "utf8" });
  const branch = git("for-each-ref", "--format=%(refname:short)", "refs/heads/slicewise/").trim();
  if (branch) console.log(git("log", "--graph", "--oneline", "--stat", "--no-decorate", branch).trimEnd());
  heading("The report: verdicts, cost against one model, MTBI");
  await slicewise(home, workspace, "report", "limit");
  await slicewise(home, workspace, "verify-log", "limit");
  heading("Where things are");
  console.log(`workspace  ${workspace}   (your branch and files are as they were; the work is on ${branch})`);
  console.log(`order      ${path.join(workspace, ".slicewise/orders")}`);
  console.log(
    live
      ? "models     live"
      : "models     a recording: no model was called, the money is what it would have cost",
  );
  return status;
}

if (live) requireKey();
build();
if (!existsSync(HEADLESS)) throw new Error(`${HEADLESS} is missing: npm run build failed`);
const { home, workspace } = makeWorkspace();
const recording = live ? null : await startRecording();
configure(workspace, recording?.urls ?? null);
process.exitCode = await run(home, workspace);
await recording?.stop();
