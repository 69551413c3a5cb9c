/** What the editor side needs of the rest (vscode/works.ts), composed. Loaded when the sidebar or a command first asks. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Uri } from "vscode";
import { type WorkspaceFolder, env } from "vscode";
import { createOrder, type Host, type LandingParts, openOrder, peekView } from "./compose.ts";
import { type Connected, connect, keyNames, untrustedProvider } from "./connect.ts";
import { parseTier, type Tier, tierName } from "./core/order.ts";
import { Settings } from "./core/settings.ts";
import { DEMO_GOAL, isServed, openDemo, usesDemo } from "./demo.ts";
import { editsOf } from "./engine/edits.ts";
import type { Landing, Provider } from "./engine/ports.ts";
import { openBranch } from "./node/branch.ts";
import { attemptCost } from "./ladder.ts";
import { initRules } from "./initRules.ts";
import { listOrders as listIds, orderPaths } from "./node/orders.ts";
import { readSettingsFile } from "./node/settingsFile.ts";
import { applyFix, extentOf } from "./node/taskEdit.ts";
import { renderTask, taskFileName } from "./node/taskFile.ts";
import { watchOrder } from "./node/watchOrder.ts";
import { userData } from "./node/userData.ts";
import { putWorkFile, readWorkFile } from "./node/workFile.ts";
import { listing } from "./overview.ts";
import { ToHost } from "./protocol/messages.ts";
import { workspaceView } from "./protocol/workspace.ts";
import type { KnownModels } from "./providers/catalogue.ts";
import { modelsOf } from "./providers/catalogueTable.ts";
import { VSCODE_LM, languageModels } from "./providers/languageModel.ts";
import { editOf } from "./vscode/fixes.ts";
import type { Keys } from "./vscode/keys.ts";
import { chatModels } from "./vscode/lm.ts";
import { editorLanding } from "./vscode/landing.ts";
import { readSettings } from "./vscode/settings.ts";
import type { Candidate, Setup, Works } from "./vscode/works.ts";

const DEFAULTS = Settings.parse({});

/** Absolute folders. `storage` is outside every workspace; `media` came with the extension. */
type Places = { storage: string; media: string };

/** Settings and keys to what they reach; the editor's own models too. */
type Reach = (setup: Pick<Setup, "settings" | "keys">) => Connected;

export function openWorks(places: Places, keys: Keys): Works {
  const editor = languageModels(chatModels);
  const reach: Reach = ({ settings, keys: own }) => {
    const connected = connect(settings, own, process.env);
    connected.providers.set(editor.id, editor);
    return connected;
  };
  return {
    message: (raw) => {
      const parsed = ToHost.safeParse(raw);
      return parsed.success ? parsed.data : { problem: parsed.error.message };
    },
    tier: parseTier,
    keyNames: () => keyNames(DEFAULTS),
    setup: (folder) => setup(folder, keys, reach),
    open: async (folder, ready, orderId, watch, drafts) => {
      const open = await openOrder(
        { ...(await hostOf(folder, ready, places, editor)), watch, drafts },
        orderId,
      );
      return { ...open, watchFiles: (changed, failed) => watchOrder(open.folder, changed, failed) };
    },
    create: async ({ uri }, goal) =>
      (await createOrder(uri.fsPath, goal, new Date().toISOString().slice(0, 10))).id,
    list: async ({ uri }) => (await listing(uri.fsPath)).toReversed(),
    workspace: workspaceView,
    begun: async ({ uri }) =>
      (await listIds(uri.fsPath)).filter((id) => !existsSync(orderPaths(uri.fsPath, id).log)).toReversed(),
    peek: ({ uri }, id) => peekView(uri.fsPath, id, DEFAULTS, {}),
    ...modelWorks(reach),
    edits: async ({ files, engine }) => {
      const { event, disk } = await editsOf(files, () => engine.order());
      return { edited: event !== null, broken: disk.problems };
    },
    editOf: (folder, fix) => editOf(folder, (texts) => applyFix(texts, fix)),
    extentOf,
    taskFile: (slice) => ({ name: taskFileName(slice), text: renderTask(slice) }),
    initRules: ({ uri }, { settings }, note, signal) => {
      const { storage } = places;
      const parts = { workspaceRoot: uri.fsPath, storage, settings, note } as const;
      return initRules({ ...parts, commands: "try", file: "write" }, signal);
    },
    demoGoal: ({ settings }) => (usesDemo(settings) ? DEMO_GOAL : null),
  };
}

type ModelWorks = Pick<Works, "models" | "candidates" | "candidate" | "sources" | "madeLadder">;

const modelWorks = (reach: Reach): ModelWorks => ({
  models: async (ready, id, signal) => (await reach(ready).providers.get(id)?.models(signal)) ?? [],
  candidates: (ready, provider, models) => {
    const { catalogue } = reach(ready);
    const names = models?.map(({ id }) => id) ?? modelsOf(provider, ready.settings.providers);
    return names.flatMap((model) => {
      const efforts = catalogue.info({ provider, model })?.efforts ?? [];
      const all = efforts.length === 0 ? [null] : efforts;
      return all.map((effort) => candidateOf({ provider, model, effort }, catalogue));
    });
  },
  candidate: (ready, tier) => candidateOf(tier, reach(ready).catalogue),
  sources: (ready) => {
    const { keyed, providers } = reach(ready);
    return [...providers.keys()].filter(
      (id) => keyed.includes(id) || id in ready.settings.providers || id === VSCODE_LM,
    );
  },
  madeLadder: (ready) => reach(ready).ladder,
});

function candidateOf(tier: Tier, catalogue: KnownModels): Candidate {
  const { prices, efforts, ends, offered, tools } = catalogue.facts(tier);
  return {
    tier,
    attempt: attemptCost(catalogue, tier),
    prices: prices?.value ?? null,
    pricedBy: prices?.from ?? null,
    tools: tools?.value ?? null,
    efforts: efforts?.value ?? null,
    ends: ends?.value ?? null,
    offered,
    rate: catalogue.rate?.(tier) ?? null,
    estimated: tier.provider === VSCODE_LM,
  };
}

async function setup(
  folder: WorkspaceFolder,
  keys: Keys,
  reach: Reach,
): Promise<Setup | { problem: string }> {
  const file = await readSettingsFile(folder.uri.fsPath);
  const read = readSettings(folder, file, untrustedProvider);
  if ("problem" in read) return read;
  const { settings } = read;
  const names = keyNames(settings);
  const own = await keys.of(names);
  const { catalogue, ladder } = reach({ settings, keys: own });
  const tiers = settings.tiers.length > 0 ? settings.tiers : ladder;
  return {
    settings,
    keys: own,
    keyNames: names,
    ladder: ladderOf(tiers, catalogue),
    demo: usesDemo(settings),
  };
}

const ladderOf = (tiers: readonly Tier[], catalogue: KnownModels): Setup["ladder"] =>
  tiers.map((tier) => ({ tier, name: tierName(tier), efforts: catalogue.info(tier)?.efforts ?? [] }));

async function hostOf(
  { uri }: WorkspaceFolder,
  { settings, keys }: Setup,
  { storage, media }: Places,
  editor: Provider,
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
    days: join(userData(process.env), "days"),
    settings,
    keys,
    strangeCommands: "ask",
    landInto: "workspace",
    landing: (parts) => landingOf(uri, parts),
    extraProviders: new Map<string, Provider>([...(demo ?? []), [editor.id, editor]]),
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
