/** What a reviewer is shown of the patched tree: the whole change, and as much of the files it concerns as there is room for. */
import type { Tree } from "../ports.ts";
import { tokens } from "../tokens.ts";
import { changeText, fileText } from "./diffText.ts";
import type { Shown } from "./reviewPrompts.ts";
import type { Verifying } from "./verifying.ts";

/** A change that takes more is not reviewed: a verdict on a part of it would be one on nothing. */
const CHANGE_TOKENS = 24_000;
const FILES_TOKENS = 8_000;
const MOST_FILES = 20;

export async function shownOf(
  { changed, slice }: Pick<Verifying, "changed" | "slice">,
  tree: Pick<Tree, "list" | "read">,
): Promise<Shown | { none: string }> {
  const changes = changed.map(changeText).join("\n\n");
  const size = tokens(changes);
  if (size > CHANGE_TOKENS)
    return { none: `The change is too large for a reviewer (about ${size} tokens of ${CHANGE_TOKENS}).` };
  const isChanged = new Set(changed.map(({ path }) => path));
  const lists = await Promise.all([...slice.reads, ...slice.writes].map((glob) => tree.list(glob)));
  const paths = [...new Set(lists.flatMap((found) => ("error" in found ? [] : found)))].filter(
    (path) => !isChanged.has(path),
  );
  const shown: string[] = [];
  const unshown = paths.slice(MOST_FILES);
  let left = FILES_TOKENS;
  for (const path of paths.slice(0, MOST_FILES)) {
    const file = await tree.read(path);
    if ("error" in file) continue;
    const text = fileText(path, file.text);
    const cost = text.length > left * 16 ? Infinity : tokens(text);
    if (cost > left) unshown.push(path);
    else shown.push(text);
    left -= cost > left ? 0 : cost;
  }
  return { changes, files: shown.join("\n\n"), unshown: unshown.slice(0, MOST_FILES) };
}
