// npm run bench:router -- FILE.csv [--fa 0.05] [--fr 0.05] [--models "a,b,c"] [--suite NAME] [--seed N] [--second-check] [--json]
// Replays a table of outcomes through the router. The words are in main.ts, which is TypeScript as all it measures.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

// What has to be installed first may be told, but not on standard output.
execFileSync(process.execPath, ["test/setup.mjs", "deps"], { cwd: ROOT, stdio: ["ignore", 2, 2] });

const { build } = await import("esbuild");
const folder = mkdtempSync(path.join(tmpdir(), "slicewise-router-"));
const outfile = path.join(folder, "main.mjs");
const entryPoints = [path.join(ROOT, "test/bench/router/main.ts")];
await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "warning" });
const { main } = await import(pathToFileURL(outfile).href).finally(() => rmSync(folder, { recursive: true }));
process.exitCode = main(process.argv.slice(2));
