/** The extension in a real VS Code: what it weighs, how long it takes to be there, what it loads for that. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Figure, atMost, median, rounded } from "./figure.ts";
import { quiet } from "./quiet.ts";

const WINDOWS = 5;

type Home = { dir: string };
type Rig = { page: object };
/** What is used of the tests' own lab, in test/workbench. */
type Lab = {
  installHost(): void;
  packVsix(file: string): void;
  installVsix(home: Home): void;
  makeHome(): Home;
  withLab<T>(
    home: Home,
    manner: "plain" | "drivable",
    use: (rig: Rig) => Promise<T>,
    env?: Record<string, string>,
  ): Promise<T>;
  runSuite(rig: Rig, what: { extension: string; tests: string; timeoutMs: number }): Promise<number>;
  openWorkbench(rig: Rig): Promise<void>;
  showSidebar(page: object): Promise<unknown>;
  runningExtension(page: object, name: string): Promise<string>;
};

/** Loaded by address and not bundled, because it finds its files beside itself. */
async function lab(root: string): Promise<Lab> {
  const files = ["installHost.mjs", "extension.mjs", "lab.mjs", "drive.mjs"];
  const urls = files.map((file) => pathToFileURL(join(root, "test/workbench", file)).href);
  const parts = await Promise.all(urls.map((url) => import(url) as Promise<Partial<Lab>>));
  return Object.assign({}, ...parts) as Lab;
}

export async function vsixFigure(root: string): Promise<Figure> {
  const { packVsix } = await lab(root);
  const folder = mkdtempSync(join(tmpdir(), "slicewise-bench-"));
  try {
    const file = join(folder, "slicewise.vsix");
    packVsix(file);
    const mb = statSync(file).size / 1024 / 1024;
    return atMost({ name: ".vsix", value: rounded(mb, 2), unit: "MB", reach: 1.5, how: "packed by vsce" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As VS Code itself says it under "Show Running Extensions", in a window of its own each time. */
export async function activationFigure(root: string): Promise<Figure> {
  const { installHost, installVsix, makeHome, withLab, openWorkbench, showSidebar, runningExtension } =
    await lab(root);
  installHost();
  const home = makeHome();
  installVsix(home);
  const times = await withLab(home, "plain", async (rig) => {
    const found: number[] = [];
    for (let at = 0; at < WINDOWS; at += 1) {
      await openWorkbench(rig);
      // The window first finishes its own start: what counts is the time from the click.
      await quiet();
      await showSidebar(rig.page);
      found.push(activationMs(await runningExtension(rig.page, "Slicewise")));
    }
    return found;
  });
  return atMost({
    name: "extension activation",
    value: median(times),
    unit: "ms",
    reach: 60,
    how: `the installed .vsix in a real VS Code, its sidebar opened in a settled window, by VS Code's own count; median of ${WINDOWS} windows (${times.join(", ")})`,
  });
}

function activationMs(row: string): number {
  const ms = /Activation: (\d+)\s?ms/.exec(row)?.[1];
  if (ms === undefined) throw new Error(`VS Code does not say how long the extension took: ${row}`);
  return Number(ms);
}

/** Both SDKs send headers of this name, so every bundle that holds one has it. */
const VENDOR_MARK = /x-stainless-/i;

/** What the extension host has loaded of ours when a person has opened the sidebar, planned nothing and run nothing. */
export async function vendorFigure(root: string): Promise<Figure> {
  const { installHost, makeHome, withLab, runSuite } = await lab(root);
  for (const name of ["vendor-openai.cjs", "vendor-anthropic.cjs"])
    if (!isVendors(join(root, "dist", name))) throw new Error(`dist/${name} is not recognised as a vendor's`);
  installHost();
  const home = makeHome();
  const file = join(home.dir, "loaded.json");
  const suite = { extension: root, tests: join(root, "test/bench/loaded.cjs"), timeoutMs: 60_000 };
  const loaded = await withLab(
    home,
    "drivable",
    async (rig) => {
      await runSuite(rig, suite);
      return JSON.parse(readFileSync(file, "utf8")) as string[];
    },
    { SLICEWISE_BENCH_LOADED: file },
  );
  if (!loaded.some((path) => path.endsWith("extension.cjs")))
    throw new Error(`not loaded: ${loaded.join(", ")}`);
  return atMost({
    name: "vendor modules loaded before the first order",
    value: loaded.filter(isVendors).length,
    unit: "modules",
    reach: 0,
    how: `of ${loaded.length} files of ours in the extension host after the sidebar was opened: ${loaded.map((path) => basename(path)).join(", ")}`,
  });
}

const isVendors = (file: string): boolean => VENDOR_MARK.test(readFileSync(file, "utf8"));
