/** A process of its own, so that its memory is the map's: ROOT THREAD STORAGE GOAL [FILE…]. Prints milliseconds and bytes as JSON. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { openBlobs } from "../../src/node/blobs.ts";
import { openCodeMap } from "../../src/node/codeMap/codeMap.ts";
import { openRepo } from "../../src/node/repo.ts";

const [root = "", thread = "", storage = "", goal = "", ...changed] = process.argv.slice(2);
const never = new AbortController().signal;
const blobs = openBlobs(join(storage, "blobs"), (text) => text);
const repo = openRepo({ workspaceRoot: root, storage, orderId: "bench", blobs });
// The private repository is made once for a workspace, and long before there is a plan to make.
await repo.files();
const before = process.resourceUsage().maxRSS;
const map = openCodeMap({ repo, root, storage, thread: new URL(thread) });

async function timed(): Promise<number> {
  const started = performance.now();
  const text = await map.map(goal, 4000, never);
  const ms = performance.now() - started;
  if (text.length < 8000 || text.length > 16_000) throw new Error(`a map of ${text.length} characters`);
  return ms;
}

const first = await timed();
const again: number[] = [];
for (const path of changed) {
  appendFileSync(join(root, path), "\n");
  again.push(await timed());
}
await map.close();
const { maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({ first, again, mb: maxRSS / 1024, before: before / 1024, cpu: process.cpuUsage() }),
);
