/** The three real SDKs against model servers of ours. */
import { afterEach, beforeAll, expect } from "vitest";
import type { Provider } from "../../src/engine/ports.ts";
import { anthropic } from "../../src/providers/anthropic.ts";
import { compatible } from "../../src/providers/compatible.ts";
import { openai } from "../../src/providers/openai.ts";
import type { ProviderOptions } from "../../src/providers/stream.ts";
import { type ModelServer, startModelServer } from "./modelServer.ts";

export const KEY = "sk-test-0123456789";
const MAKE = { openai, compatible, anthropic };
export type Vendor = keyof typeof MAKE;
export const VENDORS = Object.keys(MAKE) as Vendor[];

/** The vendor's SDK before this server, with the test key and without waiting between tries. */
export function vendor(
  name: Vendor,
  { urls }: Pick<ModelServer, "urls">,
  more: Partial<ProviderOptions> = {},
): Provider {
  const baseUrl = name === "anthropic" ? urls.anthropic : urls.openai;
  return MAKE[name]({ id: name, baseUrl, apiKey: KEY, sleep: () => Promise.resolve(), ...more });
}

/**
 * Servers that end with the test, which fails when a request was one that a strict vendor does not take. The SDKs are loaded
 * before, so that the time this takes is not taken for silence of the server.
 */
export function modelServers(): (options: Parameters<typeof startModelServer>[0]) => Promise<ModelServer> {
  const servers: ModelServer[] = [];
  beforeAll(() => Promise.all([import("openai"), import("@anthropic-ai/sdk")]));
  afterEach(async () => {
    const open = servers.splice(0);
    await Promise.all(open.map((server) => server.close()));
    expect(open.flatMap(({ journal }) => journal.flatMap(({ violations }) => violations))).toEqual([]);
  });
  return async (options) => {
    const server = await startModelServer(options);
    servers.push(server);
    return server;
  };
}
