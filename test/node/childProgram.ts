import { buildSync } from "esbuild";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** Bundles TypeScript `source`, whose imports are relative to src/node, into a program that plain node can run. */
export function buildProgram(folder: string, name: string, source: string): string {
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", outfile, logLevel: "error" },
    stdin: { contents: source, resolveDir: join(import.meta.dirname, "../../src/node"), loader: "ts" },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}

export type Ended = { status: number | null; signal: NodeJS.Signals | null; output: string };

export function runProgram(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(file, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, output }));
  });
  return { child, ended };
}
