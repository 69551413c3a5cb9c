/** tasks/NN-name.md: its text to a Slice with all problems, and a Slice to its text. Pure. */
import { Document, isMap, isSeq } from "yaml";
import * as z from "zod";
import { Check, Slice, type Sha } from "../core/order.ts";
import type { OrderFile, TaskFile } from "../engine/ports.ts";
import { explain, parseFrontMatter, validate, type FrontMatter } from "./frontMatter.ts";
import { badGlob } from "./glob.ts";
import { slug } from "./slug.ts";

const TaskKeys = Slice.omit({ body: true, checks: true }).extend({
  checks: z.array(z.unknown()).default([]),
});
type TaskKeys = z.infer<typeof TaskKeys>;
const WHAT = "a task file";
const [RunCheck, ScriptCheck, ExpectCheck] = Check.options;
const CHECKS = { run: RunCheck, script: ScriptCheck, expect: ExpectCheck };

/** `path` is where the file stands, for problems and the name's prefix; `hash` is of its bytes. */
export function parseTask(path: string, text: string, hash: Sha): TaskFile | OrderFile[] {
  const front = parseFrontMatter(path, text);
  if (Array.isArray(front)) return front;
  const keys = validate(front, TaskKeys, WHAT);
  const rawChecks = front.value["checks"];
  const checks = (Array.isArray(rawChecks) ? rawChecks : []).map((raw: unknown, i) =>
    parseCheck(front, raw, i),
  );
  const problems = [
    ...(Array.isArray(keys) ? keys : [...badGlobs(front, keys), ...badName(front, keys, path)]),
    ...checks.flatMap((check) => (Array.isArray(check) ? check : [])),
  ];
  if (problems.length > 0 || Array.isArray(keys)) return problems.sort((a, b) => a.line - b.line);
  const good = checks.filter((check): check is Check => !Array.isArray(check));
  return {
    path,
    hash,
    lines: front.lines(),
    slice: { ...keys, checks: good, body: text.slice(front.split.body).trim() },
  };
}

function parseCheck(front: FrontMatter, raw: unknown, index: number): Check | OrderFile[] {
  const path = ["checks", index];
  const isObject = typeof raw === "object" && raw !== null && !Array.isArray(raw);
  const kinds = Object.keys(CHECKS).filter((kind) => isObject && Object.hasOwn(raw, kind));
  const kind = kinds[0];
  if (kinds.length !== 1 || !isCheckKind(kind)) {
    return [front.problem(path, "must have exactly one of run, script, expect")];
  }
  const parsed = CHECKS[kind].safeParse(raw);
  if (!parsed.success) return parsed.error.issues.flatMap((issue) => explain(front, issue, path, WHAT));
  const bad = "script" in parsed.data ? badGlob(parsed.data.script) : null;
  return bad === null ? parsed.data : [front.problem([...path, "script"], bad)];
}

const isCheckKind = (kind: string | undefined): kind is keyof typeof CHECKS =>
  kind !== undefined && kind in CHECKS;

const badGlobs = (front: FrontMatter, keys: TaskKeys): OrderFile[] =>
  (["reads", "writes"] as const).flatMap((list) =>
    keys[list].flatMap((glob, i) => {
      const bad = badGlob(glob);
      return bad === null ? [] : [front.problem([list, i], `${JSON.stringify(glob)} ${bad}`)];
    }),
  );

function badName(front: FrontMatter, { id }: TaskKeys, path: string): OrderFile[] {
  if (isNamedFor(path, id)) return [];
  const name = path.slice(path.lastIndexOf("/") + 1);
  return [front.problem(["id"], `"${id}" does not match the file's name ${name}; name it ${id}-….md`)];
}

/** Whether a task file's name begins with the slice's id. */
export function isNamedFor(path: string, id: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === `${id}.md` || (name.startsWith(`${id}-`) && name.endsWith(".md"));
}

export function taskFileName({ id, title }: Pick<Slice, "id" | "title">): string {
  const words = slug(title);
  return words === "" ? `${id}.md` : `${id}-${words}.md`;
}

/** The file as the planner writes it; {@link parseTask} reads the same slice from it. */
export const renderTask = ({ body, ...keys }: Slice): string =>
  `---\n${renderKeys(keys)}---\n${body.trim()}\n`;

/** These keys as the lines of a task file: a list on one line, checks below each other. */
export function renderKeys(keys: Partial<Slice>): string {
  const doc = new Document(keys);
  if (isMap(doc.contents)) {
    for (const { key, value } of doc.contents.items) {
      if (isSeq(value)) value.flow = String(key) !== "checks" || value.items.length === 0;
    }
  }
  return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}
