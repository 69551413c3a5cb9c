/** Settings and keys to providers, and to a ladder when the settings name none. */
import type { Tier } from "./core/order.ts";
import type { ProviderSetting, Settings } from "./core/settings.ts";
import type { Provider } from "./engine/ports.ts";
import { passwordsIn } from "./node/redact.ts";
import { anthropic } from "./providers/anthropic.ts";
import { compatible } from "./providers/compatible.ts";
import { openai } from "./providers/openai.ts";
import type { ProviderOptions } from "./providers/stream.ts";

const BUILT_IN: Record<string, Required<Pick<ProviderSetting, "kind" | "keyEnv">> & { urlEnv: string }> = {
  anthropic: { kind: "anthropic", keyEnv: "ANTHROPIC_API_KEY", urlEnv: "ANTHROPIC_BASE_URL" },
  openai: { kind: "openai", keyEnv: "OPENAI_API_KEY", urlEnv: "OPENAI_BASE_URL" },
};

/** Cheapest first; used when `slicewise.tiers` is empty, from the providers that have a key. */
const DEFAULT_LADDER: readonly Tier[] = [
  { provider: "openai", model: "gpt-6-luna", effort: "low" },
  { provider: "anthropic", model: "claude-haiku-5-5", effort: "low" },
  { provider: "openai", model: "gpt-6.1-terra", effort: "medium" },
  { provider: "anthropic", model: "claude-sonnet-5-5", effort: "medium" },
  { provider: "openai", model: "gpt-6-sol", effort: "medium" },
  { provider: "anthropic", model: "claude-opus-5-5", effort: "high" },
];

const MAKERS: Record<ProviderSetting["kind"], (options: ProviderOptions) => Provider> = {
  anthropic,
  openai,
  "openai-compatible": compatible,
};

type Env = Readonly<Record<string, string | undefined>>;
export type Connected = { providers: Map<string, Provider>; ladder: Tier[] };

export function connect(settings: Settings, keys: ReadonlyMap<string, string>, env: Env): Connected {
  const providers = new Map<string, Provider>();
  const keyed = new Set<string>();
  for (const [id, setting] of endpoints(settings, env)) {
    const apiKey = keys.get(id) ?? (setting.keyEnv ? env[setting.keyEnv] : undefined) ?? null;
    if (apiKey !== null) keyed.add(id);
    const { baseUrl, keyEnv } = setting;
    providers.set(
      id,
      MAKERS[setting.kind]({ id, apiKey, ...(baseUrl ? { baseUrl } : {}), ...(keyEnv ? { keyEnv } : {}) }),
    );
  }
  return { providers, ladder: DEFAULT_LADDER.filter(({ provider }) => keyed.has(provider)) };
}

/** What must show nowhere: the keys that the settings' variables hold, whatever they are called, and passwords in addresses. */
export const secretsIn = (settings: Settings, env: Env): string[] =>
  [...endpoints(settings, env).values()].flatMap(({ keyEnv, baseUrl = "" }) => [
    (keyEnv && env[keyEnv]) ?? "",
    ...passwordsIn(baseUrl),
  ]);

/** The built-in vendors, and what the settings name; a setting of the same name replaces the built-in one. */
function endpoints({ providers }: Settings, env: Env): Map<string, ProviderSetting> {
  const builtIn = Object.entries(BUILT_IN).map(
    ([id, { kind, keyEnv, urlEnv }]): [string, ProviderSetting] => {
      const baseUrl = env[urlEnv];
      return [id, baseUrl ? { kind, keyEnv, baseUrl } : { kind, keyEnv }];
    },
  );
  return new Map([...builtIn, ...Object.entries(providers)]);
}

/** Providers that a key can be set for, with the variable that may hold it. */
export const keyNames = ({
  providers,
}: Pick<Settings, "providers">): { id: string; keyEnv: string | null }[] => [
  ...Object.entries(BUILT_IN).map(([id, { keyEnv }]) => ({ id, keyEnv })),
  ...Object.entries(providers)
    .filter(([id]) => !(id in BUILT_IN))
    .map(([id, { keyEnv }]) => ({ id, keyEnv: keyEnv ?? null })),
];

/** Other tools' tokens and access keys: a repository must not have them sent to an endpoint of its choice. */
const isModelKey = (name: string): boolean =>
  /_KEY$/i.test(name) && !/(ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|DEPLOY|SSH|GPG)_/i.test(name);

/**
 * Providers a workspace's own file may name: files come with the repository, so they may not send a vendor's key
 * elsewhere. Returns what is wrong, or null.
 */
export function untrustedProvider(id: string, { keyEnv }: ProviderSetting): string | null {
  const vendor = Object.values(BUILT_IN).map((one) => one.keyEnv);
  if (id in BUILT_IN)
    return `providers.${id} is built in and cannot be redirected by a workspace file. Set ${BUILT_IN[id]?.urlEnv} or your own settings.`;
  if (keyEnv && vendor.includes(keyEnv))
    return `providers.${id}.keyEnv may not be ${keyEnv} in a workspace file: it would send that key to another endpoint.`;
  if (keyEnv && !isModelKey(keyEnv))
    return `providers.${id}.keyEnv may not be ${keyEnv} in a workspace file: it would send something else to that endpoint. Name a variable such as ${id.toUpperCase()}_API_KEY.`;
  return null;
}
