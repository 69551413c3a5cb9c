/** `slicewise.*` of VS Code over `.slicewise/settings.json` of the folder, validated by core's one schema. */
import { type WorkspaceFolder, workspace } from "vscode";
import { ProviderSetting, type Settings, layered } from "../core/settings.ts";
import { SETTING_KEYS, withKey } from "./settingKeys.ts";

/** `problem` names the key, where it stands, and what is wrong with it. */
export type ReadSettings = { settings: Settings } | { problem: string };

/** What the folder's own file holds. Untrusted: it came with the repository. */
export type FileSettings =
  { value: { [key: string]: unknown } } | { problem: { path: string; line: number; message: string } };

/** Only what somebody has set in VS Code; defaults do not hide what the team's file says. */
function explicit(folder: WorkspaceFolder): Map<string, unknown> {
  const config = workspace.getConfiguration("slicewise", folder.uri);
  const set = new Map<string, unknown>();
  for (const key of SETTING_KEYS) {
    const found = config.inspect(key);
    const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
    // `get` merges objects over the scopes, and leaves out what an untrusted workspace may not set.
    if (values.some((value) => value !== undefined)) set.set(key, config.get(key));
  }
  return set;
}

/**
 * @param unsafe what a provider of the folder's file may not do, as a sentence, or null
 */
export function readSettings(
  folder: WorkspaceFolder,
  file: FileSettings,
  unsafe: (id: string, provider: ProviderSetting) => string | null,
): ReadSettings {
  if ("problem" in file) {
    const { path, line, message } = file.problem;
    return { problem: `${path}:${line} ${message}` };
  }
  const refused = unsafeProvider(file.value["providers"], unsafe);
  if (refused !== null) return { problem: `.slicewise/settings.json: ${refused}` };
  const own = explicit(folder);
  let nested = {};
  for (const [key, value] of own) nested = withKey(nested, key, value);
  const read = layered([file.value, nested]);
  if ("settings" in read) return read;
  const [first] = read.problems;
  const key = first?.key ?? "";
  const inEditor = [...own.keys()].some((one) => key === one || key.startsWith(`${one}.`));
  const where = inEditor
    ? `The setting slicewise.${key}`
    : `.slicewise/settings.json${key === "" ? "" : `, ${key}`}`;
  return { problem: `${where}: ${first?.message ?? "is not valid"}` };
}

function unsafeProvider(
  providers: unknown,
  unsafe: (id: string, provider: ProviderSetting) => string | null,
): string | null {
  if (typeof providers !== "object" || providers === null) return null;
  for (const [id, given] of Object.entries(providers)) {
    const provider = ProviderSetting.safeParse(given);
    const why = provider.success ? unsafe(id, provider.data) : null;
    if (why !== null) return why;
  }
  return null;
}
