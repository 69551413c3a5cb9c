/** What the editor side needs of the rest (vscode/works.ts), composed. Loaded when the sidebar or a command first asks. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Uri } from "vscode";
import { type WorkspaceFolder, env } from "vscode";
import { createOrder, listOrders, type Host, type LandingParts, openOrder, peekView } from "./compose.ts";
import { connect, keyNames, untrustedProvider } from "./connect.ts";
import { parseTier, type Tier, tierName } from "./core/order.ts";
import { Settings } from "./core/settings.ts";
import { DEMO_GOAL, isServed, openDemo, usesDemo } from "./demo.ts";
import { editsOf } from "./engine/edits.ts";
import type { Landing, Provider } from "./engine/ports.ts";
import { openBranch } from "./node/branch.ts";
import { initRules } from "./initRules.ts";
import { listOrders as listIds, orderPaths } from "./node/orders.ts";
import { readSettingsFile } from "./node/settingsFile.ts";
import { applyFix, extentOf } from "./node/taskEdit.ts";
import { renderTask, taskFileName } from "./node/taskFile.ts";
import { watchOrder } from "./node/watchOrder.ts";
import { putWorkFile, readWorkFile } from "./node/workFile.ts";
import { ToHost } from "./protocol/messages.ts";
import { catalogue as openCatalogue } from "./providers/catalogue.ts";
import { editOf } from "./vscode/fixes.ts";
import type { Keys } from "./vscode/keys.ts";
import { editorLanding } from "./vscode/landing.ts";
import { readSettings } from "./vscode/settings.ts";
import type { Setup, Works } from "./vscode/works.ts";

const DEFAULTS = Settings.parse({});
const MILLION = { input: 1e6, output: 1e6, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

/** Absolute folders. `storage` is outside every workspace; `media` came with the extension. */
type Places = { storage: string; media: string };

export function openWorks(places: Places, keys: Keys): Works {
  return {
    message: (raw) => {
      const parsed = ToHost.safeParse(raw);
      return parsed.success ? parsed.data : { problem: parsed.error.message };
    },
    tier: parseTier,
    keyNames: () => keyNames(DEFAULTS),
    setup: (folder) => setup(folder, keys),
    open: async (folder, ready, orderId, watch, drafts) => {
      const open = await openOrder({ ...(await hostOf(folder, ready, places)), watch, drafts }, orderId);
      return { ...open, watchFiles: (changed, failed) => watchOrder(open.folder, changed, failed) };
    },
    create: async ({ uri }, goal) =>
      (await createOrder(uri.fsPath, goal, new Date().toISOString().slice(0, 10))).id,
    list: async ({ uri }) => (await listOrders(uri.fsPath)).toSorted((a, b) => (a.id < b.id ? 1 : -1)),
    begun: async ({ uri }) =>
      (await listIds(uri.fsPath)).filter((id) => !existsSync(orderPaths(uri.fsPath, id).log)).toReversed(),
    peek: ({ uri }, id) => peekView(uri.fsPath, id, DEFAULTS, {}),
    models: async ({ settings, keys: own }, id, signal) => {
      const provider = connect(settings, own, process.env).providers.get(id);
      return provider ? provider.models(signal) : [];
    },
    candidates: ({ settings }, provider, models) => {
      const catalogue = openCatalogue(settings);
      return models.flatMap(({ id: model, efforts }) => {
        const known = efforts ?? catalogue.info({ provider, model })?.efforts ?? [];
        const tiers =
          known.length === 0
            ? [{ provider, model, effort: null }]
            : known.map((effort) => ({ provider, model, effort }));
        return tiers.map((tier) => ({ tier, price: catalogue.cost(tier, MILLION) }));
      });
    },
    edits: async ({ files, engine }) => {
      const { event, disk } = await editsOf(files, () => engine.order());
      return { edited: event !== null, broken: disk.problems };
    },
    editOf: (folder, fix) => editOf(folder, (texts) => applyFix(texts, fix)),
    extentOf,
    taskFile: (slice) => ({ name: taskFileName(slice), text: renderTask(slice) }),
    initRules: ({ uri }, { settings: { limits } }, note, signal) => {
      const { storage } = places;
      const parts = { workspaceRoot: uri.fsPath, storage, limits, note } as const;
      return initRules({ ...parts, commands: "try", file: "write" }, signal);
    },
    demoGoal: ({ settings }) => (usesDemo(settings) ? DEMO_GOAL : null),
  };
}

async function setup(folder: WorkspaceFolder, keys: Keys): Promise<Setup | { problem: string }> {
  const file = await readSettingsFile(folder.uri.fsPath);
  const read = readSettings(folder, file, untrustedProvider);
  if ("problem" in read) return read;
  const { settings } = read;
  const names = keyNames(settings);
  const own = await keys.of(names);
  const tiers = settings.tiers.length > 0 ? settings.tiers : connect(settings, own, process.env).ladder;
  return {
    settings,
    keys: own,
    keyNames: names,
    ladder: ladderOf(tiers, settings),
    demo: usesDemo(settings),
  };
}

function ladderOf(tiers: readonly Tier[], settings: Settings): Setup["ladder"] {
  const catalogue = openCatalogue(settings);
  return tiers.map((tier) => ({ tier, name: tierName(tier), efforts: catalogue.info(tier)?.efforts ?? [] }));
}

async function hostOf(
  { uri }: WorkspaceFolder,
  { settings, keys }: Setup,
  { storage, media }: Places,
): Promise<Omit<Host, "watch">> {
  const demo =
    usesDemo(settings) && !isServed(process.env) ? await openDemo(join(media, "sample-model.json")) : null;
  const ripgrep = join(
    env.appRoot,
    "node_modules/@vscode/ripgrep/bin",
    process.platform === "win32" ? "rg.exe" : "rg",
  );
  return {
    workspaceRoot: uri.fsPath,
    storage,
    settings,
    keys,
    strangeCommands: "ask",
    landInto: "workspace",
    landing: (parts) => landingOf(uri, parts),
    extraProviders: demo ?? new Map<string, Provider>(),
    ...(existsSync(ripgrep) && { ripgrep }),
  };
}

const landingOf = (root: Uri, parts: LandingParts): Landing =>
  editorLanding({
    root,
    blobs: parts.blobs,
    branch: openBranch(parts),
    read: (path) => readWorkFile(parts.workspaceRoot, path),
    write: (path, content) => putWorkFile(parts.workspaceRoot, path, content),
  });
