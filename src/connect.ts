/** Settings and keys to providers, to what is known of their models, and to a ladder when the settings name none. */
import type { Tier } from "./core/order.ts";
import type { ProviderSetting, ReviewerFacts, Settings } from "./core/settings.ts";
import type { ModelInfo, Provider } from "./engine/ports.ts";
import { ladderFor, reviewersFor } from "./ladder.ts";
import { passwordsIn } from "./node/redact.ts";
import { sha256 } from "./node/sha256.ts";
import { anthropic } from "./providers/anthropic.ts";
import { CATALOGUE_DATE, type KnownModels, catalogue as openCatalogue } from "./providers/catalogue.ts";
import { compatible } from "./providers/compatible.ts";
import { openai } from "./providers/openai.ts";
import type { ProviderOptions } from "./providers/stream.ts";

const BUILT_IN: Record<string, Required<Pick<ProviderSetting, "kind" | "keyEnv">> & { urlEnv: string }> = {
  anthropic: { kind: "anthropic", keyEnv: "ANTHROPIC_API_KEY", urlEnv: "ANTHROPIC_BASE_URL" },
  openai: { kind: "openai", keyEnv: "OPENAI_API_KEY", urlEnv: "OPENAI_BASE_URL" },
};

const MAKERS: Record<ProviderSetting["kind"], (options: ProviderOptions) => Provider> = {
  anthropic,
  openai,
  "openai-compatible": compatible,
};

type Env = Readonly<Record<string, string | undefined>>;
/**
 * `keyed` are providers with a key; `ladder` is used when the settings name none; `reviewers` are who could review: where the
 * settings name a ladder, only models of its providers; `onListed` is called when a provider that was asked in the background
 * has listed its models; `hangUp` ends what was begun in the background.
 */
export type Connected = {
  providers: Map<string, Provider>;
  keyed: readonly string[];
  catalogue: KnownModels;
  ladder: Tier[];
  reviewers: ReviewerFacts[];
  onListed(hear: () => void): void;
  hangUp(): void;
};

/** What each endpoint has listed since this process began, by where it is and whose key asked. */
const LISTED = new Map<string, readonly ModelInfo[]>();
const LISTING_MS = 10_000;

/** `note` hears what did not work and changes nothing, such as an endpoint that does not list its models. */
export function connect(
  settings: Settings,
  keys: ReadonlyMap<string, string>,
  env: Env,
  note: (text: string) => void = () => undefined,
): Connected {
  const providers = new Map<string, Provider>();
  const keyed: string[] = [];
  const hangUp = new AbortController();
  let hear = (): void => undefined;
  const background: Background = { closed: hangUp.signal, note, heard: () => hear() };
  for (const [id, setting] of endpoints(settings, env)) {
    const apiKey = keys.get(id) ?? (setting.keyEnv ? env[setting.keyEnv] : undefined) ?? null;
    if (apiKey !== null) keyed.push(id);
    const { baseUrl, keyEnv } = setting;
    const made = MAKERS[setting.kind]({
      id,
      apiKey,
      ...(baseUrl ? { baseUrl } : {}),
      ...(keyEnv ? { keyEnv } : {}),
    });
    const endpoint = sha256(JSON.stringify([setting.kind, baseUrl ?? "", apiKey]));
    providers.set(id, listing(made, endpoint, background));
  }
  const catalogue = openCatalogue(settings, (id) => providers.get(id)?.listed?.());
  let made: Tier[] | null = null;
  const ladder = (): Tier[] => (made ??= ladderFor(keyed, settings.providers, catalogue));
  return {
    providers,
    keyed,
    catalogue,
    get ladder() {
      return ladder();
    },
    get reviewers() {
      const named = settings.tiers.length > 0 ? settings.tiers : null;
      // Whoever names a ladder says which providers may see the code.
      const sources = keyed.filter((id) => named?.some(({ provider }) => provider === id) ?? true);
      return reviewersFor(named ?? ladder(), sources, settings.providers, catalogue);
    },
    onListed: (listener) => void (hear = listener),
    hangUp: () => hangUp.abort(),
  };
}

type Background = { closed: AbortSignal; note(text: string): void; heard(): void };

/**
 * Keeps what the provider lists for the rest of the session. It is asked when somebody wants to see its models, and when the
 * planner or a first attempt is about to begin: that it does not answer is said and harms nothing, the catalogue speaks then.
 */
function listing(made: Provider, endpoint: string, { closed, note, heard }: Background): Provider {
  const models = async (signal: AbortSignal): Promise<ModelInfo[]> => {
    const found = await made.models(signal);
    LISTED.set(endpoint, found);
    return found;
  };
  const failed = (error: unknown): void => {
    if (closed.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    note(`${made.id} did not list its models, so the catalogue of ${CATALOGUE_DATE} is used: ${why}`);
  };
  let asked = false;
  return {
    ...made,
    models,
    listed: () => LISTED.get(endpoint) ?? null,
    warm: () => {
      made.warm?.();
      if (asked || LISTED.has(endpoint)) return;
      asked = true;
      models(AbortSignal.any([closed, AbortSignal.timeout(LISTING_MS)])).then(heard, failed);
    },
  };
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

/** A vendor that takes no call without a key. */
export const isBuiltIn = (provider: string): boolean => Object.hasOwn(BUILT_IN, provider);

/** Providers that a key can be set for, with the variable that may hold it. */
export const keyNames = ({
  providers,
}: Pick<Settings, "providers">): { id: string; keyEnv: string | null }[] => [
  ...Object.entries(BUILT_IN).map(([id, { keyEnv }]) => ({ id, keyEnv })),
  ...Object.entries(providers)
    .filter(([id]) => !isBuiltIn(id))
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
  if (isBuiltIn(id))
    return `providers.${id} is built in and cannot be redirected by a workspace file. Set ${BUILT_IN[id]?.urlEnv} or your own settings.`;
  if (keyEnv && vendor.includes(keyEnv))
    return `providers.${id}.keyEnv may not be ${keyEnv} in a workspace file: it would send that key to another endpoint.`;
  if (keyEnv && !isModelKey(keyEnv))
    return `providers.${id}.keyEnv may not be ${keyEnv} in a workspace file: it would send something else to that endpoint. Name a variable such as ${id.toUpperCase()}_API_KEY.`;
  return null;
}
