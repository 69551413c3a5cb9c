/** The OpenAI SDK, loaded at the first call or a little before. Nothing is taken from the environment: a key goes where its setting says. */
import type OpenAI from "openai";
import type { Link, ProviderOptions } from "./stream.ts";

export const openaiSdk = () => import("openai");

export async function openaiClient(options: ProviderOptions, baseURL: string, link: Link): Promise<OpenAI> {
  const { default: Client } = await openaiSdk();
  return new Client({
    apiKey: options.apiKey ?? "none",
    ...(options.apiKey === null && { defaultHeaders: { Authorization: null } }),
    baseURL,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: "off",
    fetch: link.fetch,
  });
}
