/** `.slicewise/settings.json`: the team's and the terminal's settings. Untrusted, like every file of a repository. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, diskFault } from "./diskFault.ts";

export const SETTINGS_FILE = ".slicewise/settings.json";

type Json = { [key: string]: unknown };
export type RawSettings =
  { value: Json } | { problem: { path: string; line: number; key: string | null; message: string } };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** {} when there is no file. Keys may be nested, or dotted as in VS Code ("git.push"). */
export async function readSettingsFile(workspaceRoot: string): Promise<RawSettings> {
  const text = await readFile(join(workspaceRoot, SETTINGS_FILE), "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "{}";
    throw diskFault(error, "read", SETTINGS_FILE);
  });
  return parseSettings(text);
}

export function parseSettings(text: string): RawSettings {
  const bad = (message: string, line = 1): RawSettings => ({
    problem: { path: SETTINGS_FILE, line, key: null, message },
  });
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { value: nested(value) } : bad("must hold one JSON object");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return bad(`is no JSON: ${message}`, text.slice(0, at).split("\n").length);
  }
}

/** { "git.push": x } becomes { git: { push: x } }. */
function nested(flat: Json): Json {
  const out: Json = Object.create(null) as Json;
  for (const [key, value] of Object.entries(flat)) {
    const dot = key.indexOf(".");
    const head = dot < 0 ? key : key.slice(0, dot);
    const inner = dot < 0 ? value : { [key.slice(dot + 1)]: value };
    out[head] = isObject(out[head]) && isObject(inner) ? { ...out[head], ...inner } : inner;
  }
  return { ...out };
}
