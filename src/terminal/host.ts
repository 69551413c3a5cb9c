/** What every headless command stands on: its folder, its settings, its host, and words for the user. */
import { realpath } from "node:fs/promises";
import type { Host } from "../compose.ts";
import { untrustedProvider } from "../connect.ts";
import { type Settings, ProviderSetting, layered } from "../core/settings.ts";
import { SETTINGS_FILE, readSettingsFile } from "../node/settingsFile.ts";
import { userData } from "../node/userData.ts";
import type { Args } from "./args.ts";
import { progressLine } from "./print.ts";

/** `signal` aborts at the first Ctrl-C. */
export type Terminal = {
  out(text: string): void;
  err(text: string): void;
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
};
export type Status = 0 | 1 | 2 | 130;

/** Ends a command with words for the user and status 2. */
export const usageError = (message: string): Error & { usage: true } =>
  Object.assign(new Error(message), { usage: true as const });

export async function settingsFor(args: Args, root: string): Promise<Settings> {
  const file = await readSettingsFile(root);
  if ("problem" in file)
    throw usageError(`${file.problem.path}:${file.problem.line}: ${file.problem.message}`);
  const sandbox = { ...(args.noSandbox && { mode: "off" }), ...(args.network && { network: true }) };
  const both = layered([file.value, args.autonomy === null ? {} : { autonomy: args.autonomy }, { sandbox }]);
  if ("problems" in both)
    throw usageError(
      both.problems.map(({ key, message }) => `${SETTINGS_FILE} ${key}: ${message}`).join("\n"),
    );
  for (const [id, provider] of Object.entries(both.settings.providers)) {
    const wrong = untrustedProvider(id, ProviderSetting.parse(provider));
    if (wrong) throw usageError(`${SETTINGS_FILE}: ${wrong}`);
  }
  return both.settings;
}

/** Private repositories and copies. */
export const storageOf = userData;

export async function rootOf(args: Args): Promise<string> {
  return realpath(args.workspace).catch(() => {
    throw usageError(`--workspace ${args.workspace}: there is no such folder.`);
  });
}

export async function hostFor(args: Args, terminal: Terminal): Promise<Host> {
  const root = await rootOf(args);
  return {
    workspaceRoot: root,
    storage: storageOf(terminal.env),
    settings: await settingsFor(args, root),
    ...(args.autonomy && { autonomy: args.autonomy }),
    ...(args.budget !== null && { budget: args.budget }),
    keys: new Map(),
    strangeCommands: args.allowCommands ? "allow" : "refuse",
    landInto: args.land,
    watch: () => undefined,
    logged: (entry) => {
      if (args.json) terminal.out(`${JSON.stringify(entry)}\n`);
      else {
        const line = progressLine(entry);
        if (line !== null) terminal.out(`${line}\n`);
      }
    },
  };
}
