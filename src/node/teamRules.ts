/** The team's rules for every order, each with the folder it rules. */
import { join } from "node:path";
import * as z from "zod";
import type { Sha } from "../core/order.ts";
import type { OrderFile, TeamRules } from "../engine/ports.ts";
import { cutMiddle } from "./capture.ts";
import { parseFrontMatter, splitFrontMatter, validate } from "./frontMatter.ts";
import { badGlob } from "./glob.ts";
import { listFiles } from "./listFiles.ts";
import { exists } from "./orderFolder.ts";
import { openTree } from "./tree.ts";

const MOST_FILES = 50;
const MOST_BYTES = 32_000;
const MOST_DEPTH = 12;
const OURS = ".slicewise/rules.md";
const AT_ROOT = [OURS, "AGENTS.md", "CLAUDE.md"];
const NESTED = /^(?!\.slicewise\/)(?!.*\bnode_modules\/).+\/(AGENTS|CLAUDE)\.md$/;

const RulesKeys = z.strictObject({
  protect: z.array(z.string().min(1)).max(200).default([]),
  forbid: z.array(z.string().max(200).regex(/\S/, "must not be blank")).max(200).default([]),
});
type Enforced = Pick<TeamRules, "text" | "enforced" | "problems">;

/** The team's own file may carry front matter that guards enforce. What is not said below it is put into words. */
function enforcedIn(path: string, text: string): Enforced {
  if (splitFrontMatter(text) === null) return { text };
  const front = parseFrontMatter(path, text);
  if (Array.isArray(front)) return { text, problems: front };
  const keys = validate(front, RulesKeys, path);
  if (Array.isArray(keys)) return { text, problems: keys };
  const bad = keys.protect.flatMap((glob, i) => {
    const why = badGlob(glob);
    return why === null ? [] : [front.problem(["protect", i], `${JSON.stringify(glob)} ${why}`)];
  });
  if (bad.length > 0) return { text, problems: bad };
  const body = text.slice(front.split.body).trim();
  const unsaid = (words: readonly string[]): string[] => words.filter((word) => !body.includes(word));
  const lines = [
    ...unsaid(keys.protect).map(
      (glob) => `- Do not change ${glob}, unless the task names the very file. (enforced)`,
    ),
    ...unsaid(keys.forbid).map((one) => `- Do not add \`${one}\`. (enforced)`),
  ];
  return { text: [body, ...lines].join("\n").trim(), enforced: keys };
}

/** Why what the team's rules enforce cannot be read. */
export async function rulesProblems(root: string): Promise<OrderFile[]> {
  if (!(await exists(join(root, OURS)))) return [];
  const file = await openTree(root).read(OURS);
  return ("error" in file ? unread(OURS, file.error) : enforcedIn(OURS, file.text)).problems ?? [];
}

/** Said in the rules themselves, where both the user and the model see it. */
const unread = (path: string, error: string): Enforced => ({
  text: `(Not read: ${error}.)`,
  ...(path === OURS && { problems: [{ path, line: 1, key: null, message: error }] }),
});

/** Files outside of the limits, and those that cannot be read, are named and not shown. */
export async function teamRules(workspaceRoot: string): Promise<TeamRules[]> {
  const tree = openTree(workspaceRoot);
  const { paths, note } = await rulesFiles(workspaceRoot);
  const shown: { sha: Sha; folder: string }[] = [];
  const parts: TeamRules[] = [];
  for (const path of paths) {
    const file = await tree.read(path);
    const folder = folderOf(path);
    // CLAUDE.md is often a link to somewhere else.
    if ("error" in file) parts.push({ path, folder, ...unread(path, file.error) });
    else if (file.text.trim() !== "") {
      const isSaid = shown.some((one) => one.sha === file.sha && rules(one.folder, folder));
      const { text, ...enforced } = path === OURS ? enforcedIn(path, file.text) : { text: file.text };
      shown.push({ sha: file.sha, folder });
      if (!isSaid && text.trim() !== "")
        parts.push({ path, folder, text: cutMiddle(text.trim(), MOST_BYTES), ...enforced });
    }
  }
  return note === null ? parts : [...parts, note];
}

const folderOf = (path: string): string =>
  AT_ROOT.includes(path) ? "" : path.slice(0, path.lastIndexOf("/"));
const rules = (folder: string, other: string): boolean =>
  folder === "" || other === folder || other.startsWith(`${folder}/`);

/** The root's first, then those nearest to it. */
async function rulesFiles(root: string): Promise<{ paths: string[]; note: TeamRules | null }> {
  const atRoot: string[] = [];
  for (const path of AT_ROOT) if (await exists(join(root, path))) atRoot.push(path);
  const files = await listFiles(root).catch((error: unknown) => {
    return error instanceof Error ? error.message : String(error);
  });
  if (typeof files === "string") return { paths: atRoot, note: noteOf("", `nested rules files: ${files}`) };
  const nested = files
    .filter((path) => NESTED.test(path) && depthOf(path) <= MOST_DEPTH)
    .toSorted((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
  const paths = [...atRoot, ...nested];
  const first = paths[MOST_FILES];
  if (first === undefined) return { paths, note: null };
  const why = `${paths.length - MOST_FILES} more rules files, from ${first} on: the limit is ${MOST_FILES}`;
  return { paths: paths.slice(0, MOST_FILES), note: noteOf(first, why) };
}

const depthOf = (path: string): number => path.split("/").length - 1;
const noteOf = (path: string, why: string): TeamRules => ({ path, folder: "", text: `(Not read: ${why}.)` });
