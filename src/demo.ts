/**
 * The recorded demo model. The sample's settings name a provider `demo` whose key nobody has: in the editor it is answered
 * from the recording that comes with the extension, without a network. The view labels it as what it is.
 */
import { readFile } from "node:fs/promises";
import type { Settings } from "./core/settings.ts";
import type { Provider } from "./engine/ports.ts";
import { Recording, recorded } from "./providers/recorded.ts";
import { type Script, scripted } from "./providers/scripted.ts";

export const DEMO = "demo";
/** Of another vendor, so that the sample's reviewer is of another family than its authors. */
const DEMO_REVIEWER = "demo-gpt";
const KEY_ENV = "SLICEWISE_DEMO_KEY";
/** So that what a model would take seconds for can be watched. */
const REPLY_MS = 700;

/** The goal the recording knows the answers to. */
export const DEMO_GOAL =
  "Add --limit, --sort and --json to `notes list`, and bring the help up to date (test/help.expected.txt says what it must print)";

export const usesDemo = ({ providers }: Pick<Settings, "providers">): boolean =>
  providers[DEMO]?.keyEnv === KEY_ENV;

/** With a key in the environment the recording is served from elsewhere, to the real SDK. */
export const isServed = (env: NodeJS.ProcessEnv): boolean => env[KEY_ENV] !== undefined;

/** By id. `file` is the recording. Rejects when it is missing or not valid: it is part of the extension. */
export async function openDemo(file: string): Promise<Map<string, Provider>> {
  const script = recorded(Recording.parse(JSON.parse(await readFile(file, "utf8"))));
  const slowly: Script = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, REPLY_MS));
    return script(request);
  };
  return new Map([DEMO, DEMO_REVIEWER].map((id) => [id, scripted({ id, script: slowly })]));
}
