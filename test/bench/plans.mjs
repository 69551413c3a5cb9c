// npm run bench:plans
// What the critics find in the planted plans of test/plans: planted, found, missed and false alarms of each critic. Exit
// status 1 when something is missed or is a false alarm.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(path.join(tmpdir(), "slicewise-plans-"));
try {
  const outfile = path.join(folder, "plans.mjs");
  const entryPoints = [path.join(ROOT, "test/bench/plans.ts")];
  // For packages that are CommonJS inside a module.
  const js =
    'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", banner: { js } });
  const { examined, table } = await import(pathToFileURL(outfile).href);
  const result = examined(ROOT);
  console.log(table(result));
  process.exitCode = result.wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
