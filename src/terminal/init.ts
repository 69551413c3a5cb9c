/** `slicewise init`: a first rules file from what the project is, its commands tried. */
import { RULES_FILE, initRules } from "../initRules.ts";
import type { Args } from "./args.ts";
import { type Status, type Terminal, rootOf, settingsFor, storageOf, usageError } from "./host.ts";
import { plain } from "./print.ts";

export async function init(args: Args, terminal: Terminal): Promise<Status> {
  const root = await rootOf(args);
  const parts = {
    workspaceRoot: root,
    storage: storageOf(terminal.env),
    settings: await settingsFor(args, root),
    commands: args.noTry ? ("leave" as const) : ("try" as const),
    file: args.print ? ("print" as const) : ("write" as const),
    note: (text: string) => (args.json ? undefined : terminal.err(`${text}\n`)),
  };
  const made = await initRules(parts, terminal.signal).catch((error: unknown) => {
    if (terminal.signal.aborted) return null;
    throw error;
  });
  if (made === null) return 130;
  const { text, written, tried } = made;
  if (!written && !args.print) {
    const next = "See what would be written: slicewise init --print";
    throw usageError(`${RULES_FILE} is there already and was left as it is. ${next}`);
  }
  if (args.json) terminal.out(`${JSON.stringify({ path: RULES_FILE, written, tried, text })}\n`);
  else if (args.print) terminal.out(plain(text));
  else terminal.out(`Wrote ${RULES_FILE}. Read it, change what does not fit, and commit it.\n`);
  return 0;
}
