// A model of one's own for a scenario: the tests' model server on 127.0.0.1, asked by the real SDK of the extension.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { ROOT } from "./paths.mjs";
import { makeSample } from "./sample.mjs";

const KEY = "demo-key";

/**
 * @typedef {{ url: string, openai: string, violations: () => string[], close: () => Promise<void> }} Model
 * @param {(request: import("../../src/providers/scripted.ts").ScriptRequest) => import("../../src/providers/scripted.ts").Reply} reply
 * @param {string[]} [models] what it lists
 * @returns {Promise<Model>} `violations`: what a strict vendor would not have taken
 */
export async function startModel(reply, models) {
  const folder = mkdtempSync(path.join(tmpdir(), "sw-model-"));
  const outfile = path.join(folder, "server.mjs");
  const entry = path.join(ROOT, "test/contract/modelServer.ts");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const { startModelServer } = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  const server = await startModelServer({ reply, key: KEY, ...(models && { models }) });
  return {
    url: server.urls.anthropic,
    openai: server.urls.openai,
    violations: () => server.journal.flatMap(({ violations }) => violations),
    close: () => server.close(),
  };
}

/** What the extension host needs to ask it. */
export const MODEL_ENV = { SLICEWISE_DEMO_KEY: KEY };

/** The sample, whose models are answered by this one. @param {Model} model @param {Record<string, unknown>} [more] settings */
export const sampleOf =
  (model, more = {}) =>
  (/** @type {string} */ folder) => {
    makeSample(folder);
    const file = path.join(folder, ".slicewise/settings.json");
    const settings = JSON.parse(readFileSync(file, "utf8"));
    settings.providers.demo.baseUrl = model.url;
    settings.providers["demo-gpt"].baseUrl = model.openai;
    writeFileSync(file, JSON.stringify({ ...settings, ...more }, null, 2));
  };
