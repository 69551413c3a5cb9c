/** Nothing of a vendor is loaded before its first request: its SDK stands behind a dynamic import, in a chunk of its own. */
import { build } from "esbuild";
import { expect, test } from "vitest";

test.each(["openai", "compatible", "anthropic"])("%s loads no SDK when it is imported", async (name) => {
  const entry = `src/providers/${name}.ts`;
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    minify: true,
    write: false,
    metafile: true,
    outdir: "unused",
    logLevel: "error",
  });
  const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [""];
  const loaded = new Set<string>();
  const load = (chunk: string): void => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const { path: next, kind } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === "import-statement") load(next);
  };
  load(path);
  const inputs = [...loaded].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {}));
  const ofSdk = (input: string): boolean => /node_modules\/(openai|@anthropic-ai)\//.test(input);
  expect(inputs).toContain(entry);
  expect(inputs.filter(ofSdk)).toEqual([]);
  expect(Object.keys(metafile.inputs).some(ofSdk)).toBe(true);
});
