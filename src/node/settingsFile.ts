/** `.slicewise/settings.json`: the team's and the terminal's settings. Untrusted, like every file of a repository. */
import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { locateToRead, readRegular } from "./confine.ts";
import { codeOf, diskFault } from "./diskFault.ts";

export const SETTINGS_FILE = ".slicewise/settings.json";

const MOST_BYTES = 1_000_000;

type Json = { [key: string]: unknown };
export type RawSettings =
  { value: Json } | { problem: { path: string; line: number; key: string | null; message: string } };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** {} when there is no file. Keys may be nested, or dotted as in VS Code ("git.push"). */
export async function readSettingsFile(workspaceRoot: string): Promise<RawSettings> {
  const problem = (message: string): RawSettings => ({
    problem: { path: SETTINGS_FILE, line: 1, key: null, message },
  });
  if (!(await isThere(join(workspaceRoot, SETTINGS_FILE)))) return parseSettings("{}");
  const full = await locateToRead(await realpath(workspaceRoot), SETTINGS_FILE, []);
  if (typeof full !== "string") return problem(full.error);
  const read = await readRegular(full, SETTINGS_FILE, MOST_BYTES);
  return "error" in read ? problem(read.error) : parseSettings(read.bytes.toString("utf8"));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw diskFault(error, "read", SETTINGS_FILE);
  }
}

export function parseSettings(text: string): RawSettings {
  const bad = (message: string, line = 1): RawSettings => ({
    problem: { path: SETTINGS_FILE, line, key: null, message },
  });
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return bad("must hold one JSON object");
    const settings = nested(value);
    const loose = loosened(settings["sandbox"]);
    return loose === null ? { value: settings } : { problem: { path: SETTINGS_FILE, line: 1, ...loose } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return bad(`is no JSON: ${message}`, text.slice(0, at).split("\n").length);
  }
}

/** The file came with the repository whose commands are confined: it may ask for more, never for less. */
function loosened(sandbox: unknown): { key: string; message: string } | null {
  if (!isObject(sandbox)) return null;
  const message =
    "cannot be loosened by a workspace's file: set it in your own settings, or on the command line";
  if (sandbox["mode"] === "off") return { key: "sandbox.mode", message };
  return sandbox["network"] === true ? { key: "sandbox.network", message } : null;
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
