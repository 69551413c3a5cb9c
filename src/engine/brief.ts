/** Gathers what a briefing shows: the files a slice reads and writes, cut to a budget, beside rules and scope. */
import type { Slice } from "../core/order.ts";
import type { OrderFiles, Tree } from "./ports.ts";
import { type BriefFile, type Tried, sharedBriefing, sliceBriefing } from "./prompts.ts";

/** Characters of file contents in one briefing, and of one file in it: about 3,000 and 2,000 tokens. */
const ALL_CHARS = 12_000;
const FILE_CHARS = 8_000;
const FILES = 30;

export type Briefing = { shared: string; own: string };

export async function briefing(
  orderFiles: OrderFiles,
  tree: Tree,
  slice: Slice,
  tried: readonly Tried[],
): Promise<Briefing> {
  const [order, team] = await Promise.all([orderFiles.read(), orderFiles.teamRules()]);
  const files = await filesOf(tree, slice);
  const rules = [...team.map(({ path, text }) => `From ${path}:\n${text}`), order.rules].filter((text) => text.trim() !== "").join("\n\n");
  return { shared: sharedBriefing(rules, order.scope), own: sliceBriefing(slice, files, tried) };
}

/** What it writes comes first: the first reply can then already be an edit. */
async function filesOf(tree: Tree, slice: Slice): Promise<BriefFile[]> {
  const lists = await Promise.all([...slice.writes, ...slice.reads].map((glob) => tree.list(glob)));
  const paths = new Set(lists.flatMap((list) => ("error" in list ? [] : list)));
  const files: BriefFile[] = [];
  let left = ALL_CHARS;
  for (const path of [...paths].slice(0, FILES)) {
    const file = await tree.read(path);
    if ("error" in file) continue;
    const fits = file.text.length <= Math.min(left, FILE_CHARS);
    files.push({ path, text: fits ? file.text : null, lines: file.lines });
    if (fits) left -= file.text.length;
  }
  return files;
}
