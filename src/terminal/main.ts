/** The terminal from its arguments to its exit status. */
import * as z from "zod";
import { USAGE, readArgs } from "./args.ts";
import { perform, version } from "./commands.ts";
import type { Status, Terminal } from "./host.ts";
import { plain } from "./print.ts";

/** A parser made for each schema takes longer to make than it saves on the lines of a log. */
z.config({ jitless: true });

/** Exit status: 0 done, 1 stuck or waiting for a person, 2 bad arguments or files, 130 stopped. */
export async function main(): Promise<Status> {
  const parsed = readArgs(process.argv.slice(2));
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(plain(text)),
    signal: interrupts(),
    env: process.env,
  };
  if ("print" in parsed) {
    terminal.out(parsed.print === "usage" ? USAGE : version);
    return 0;
  }
  if ("wrong" in parsed) {
    terminal.err(`slicewise: ${parsed.wrong}\n`);
    return 2;
  }
  try {
    return await perform(parsed.args, terminal);
  } catch (error) {
    terminal.err(`slicewise: ${words(error)}\n`);
    return 2;
  }
}

/** What was foreseen is told in words; a bug shows its stack. */
function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const foreseen = "usage" in error || "fault" in error || "problems" in error;
  return foreseen ? error.message : (error.stack ?? error.message);
}

/** The first Ctrl-C stops in good order; the second one at once, which loses nothing that is in the log. */
function interrupts(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
    });
  }
  return abort.signal;
}
