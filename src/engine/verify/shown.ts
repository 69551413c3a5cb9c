/**
 * What a reviewer is shown of the patched tree: the whole change, with more around it the harder the slice, and as much of the
 * files it concerns as there is room for.
 */
import type { Slice, SliceClass } from "../../core/order.ts";
import type { Tree } from "../ports.ts";
import { tokens } from "../tokens.ts";
import { type Context, changeText, fileText } from "./diffText.ts";
import type { Shown } from "./reviewPrompts.ts";
import type { Verifying } from "./verifying.ts";

/** A change that takes more is not reviewed: a verdict on a part of it would be one on nothing. */
const CHANGE_TOKENS = 24_000;
const MOST_FILES = 20;
/** `files`: tokens of files that were not changed. A reviewer of easy work is cheap because it reads little beside the change. */
const ROOM: Record<SliceClass, Context & { files: number }> = {
  C1: { files: 1_000, whole: 60, around: 6 },
  C2: { files: 2_000, whole: 80, around: 10 },
  C3: { files: 8_000, whole: 150, around: 20 },
  C4: { files: 8_000, whole: 150, around: 20 },
};

export async function shownOf(
  { changed, slice }: Pick<Verifying, "changed" | "slice">,
  tree: Pick<Tree, "list" | "read">,
): Promise<Shown | { none: string }> {
  const room = ROOM[slice.class];
  const changes = changed.map((one) => changeText(one, room)).join("\n\n");
  const size = tokens(changes);
  if (size > CHANGE_TOKENS)
    return { none: `The change is too large for a reviewer (about ${size} tokens of ${CHANGE_TOKENS}).` };
  const isChanged = new Set(changed.map(({ path }) => path));
  const lists = await Promise.all([...slice.reads, ...slice.writes].map((glob) => tree.list(glob)));
  const found = new Set(lists.flatMap((paths) => ("error" in paths ? [] : paths)));
  const paths = namedFirst(
    [...found].filter((path) => !isChanged.has(path)),
    slice,
  );
  const shown: string[] = [];
  const unshown = paths.slice(MOST_FILES);
  let left = room.files;
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

/** Files that a criterion or the task speaks of are the likeliest to decide something. */
function namedFirst(paths: readonly string[], { body, checks }: Slice): string[] {
  const criteria = checks.flatMap((check) => ("expect" in check ? [check.expect] : [])).join("\n");
  const rank = (path: string): number => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return criteria.includes(name) ? 0 : body.includes(name) ? 1 : 2;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b));
}
