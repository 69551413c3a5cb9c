// npm run bench:verifier -- [--only KIND] [--limit N] [--seed N] [--json]
// Patches with known answers before the verifier. The words are in main.ts, which is TypeScript as all it measures.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

// What has to be installed first may be told, but not on standard output.
execFileSync(process.execPath, ["test/setup.mjs", "deps", "sandbox"], { cwd: ROOT, stdio: ["ignore", 2, 2] });

// What the verifier starts beside itself (parsers, functions) is built as the sources are now, and stands beside the bench.
execFileSync(process.execPath, ["esbuild.mjs", "--quiet"], { cwd: ROOT, stdio: ["ignore", 2, 2] });

const { build } = await import("esbuild");
const outfile = path.join(ROOT, `dist/bench-verifier-${process.pid}.mjs`);
const entryPoints = [path.join(ROOT, "test/bench/verifier/main.ts")];
const settings = { bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "warning" };
await build({ entryPoints, outfile, ...settings });
const { main } = await import(pathToFileURL(outfile).href).finally(() => rmSync(outfile));
process.exitCode = await main(ROOT, process.argv.slice(2));
