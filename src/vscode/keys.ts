/** Keys in VS Code's SecretStorage, one per provider. They never stand in settings. */
import { type ExtensionContext, commands, l10n, window } from "vscode";

/** A provider a key can be set for; `keyEnv` is the environment variable that is used when there is none. */
export type KeyName = { id: string; keyEnv: string | null };

const nameOf = (provider: string): string => `slicewise.key.${provider}`;

export type Keys = {
  /** Provider id → key, of those that have one here. */
  of(providers: readonly KeyName[]): Promise<Map<string, string>>;
  /** Empty text forgets the key. */
  set(provider: string, key: string): Promise<void>;
};

export function openKeys({ secrets }: Pick<ExtensionContext, "secrets">): Keys {
  return {
    of: async (providers) => {
      const found = await Promise.all(
        providers.map(async ({ id }): Promise<[string, string | undefined]> => [
          id,
          await secrets.get(nameOf(id)),
        ]),
      );
      return new Map(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
    },
    set: async (provider, key) => {
      await (key === "" ? secrets.delete(nameOf(provider)) : secrets.store(nameOf(provider), key));
    },
  };
}

const state = (stored: boolean, keyEnv: string | null): string => {
  if (stored) return l10n.t("key stored");
  const inEnvironment = keyEnv !== null && process.env[keyEnv] !== undefined;
  return inEnvironment ? l10n.t("from the environment: {0}", keyEnv) : l10n.t("no key");
};

/** Asks for the provider, unless it is named, and for its key. Answers the provider that has one now, or null. */
export async function askForKey(
  keys: Keys,
  providers: readonly KeyName[],
  named?: string,
): Promise<string | null> {
  const stored = await keys.of(providers);
  const items = providers.map(({ id, keyEnv }) => ({
    label: id,
    description: state(stored.has(id), keyEnv),
  }));
  const picked =
    named ?? (await window.showQuickPick(items, { title: l10n.t("Set API Key: which provider?") }))?.label;
  if (picked === undefined) return null;
  const key = await window.showInputBox({
    title: l10n.t("API key for {0}", picked),
    prompt: l10n.t("Kept in VS Code's secret storage. Leave it empty to forget the key."),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return null;
  await keys.set(picked, key.trim());
  return key.trim() === "" ? null : picked;
}

/** Says that the key is kept, and offers what comes next. */
export async function nextAfterKey(provider: string): Promise<void> {
  const [models, plan] = [l10n.t("Choose Models…"), l10n.t("Plan Work Order…")];
  const text = l10n.t(
    "The key for {0} is kept. A ladder is made from your keys unless you choose one.",
    provider,
  );
  const picked = await window.showInformationMessage(text, models, plan);
  if (picked === models) await commands.executeCommand("slicewise.chooseModels");
  if (picked === plan) await commands.executeCommand("slicewise.plan");
}
