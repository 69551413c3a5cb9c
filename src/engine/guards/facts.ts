/** Fetches what guards go by: the facts of the changed files, and the values tests work with. Bounded, whatever a patch holds. */
import { matcher } from "../../core/globs.ts";
import { type CodeFacts, UNREAD } from "../../core/codeFacts.ts";
import type { Slice } from "../../core/order.ts";
import type { World } from "../ports.ts";
import type { Changed } from "./guard.ts";
import { isCodePath, isTestPath, stemOf } from "./paths.ts";
import { patternsOf } from "./patterns.ts";

type Readers = Pick<World, "codeMap">;
/** What one patch may ask for. Of what is beyond, tests are unread, so that a person looks. */
const MOST_FILES = 400;
const MOST_CHARS = 8_000_000;
const MOST_TESTS = 40;
const TEST_CHARS = 200_000;

export async function withFacts({ codeMap }: Readers, changed: readonly Changed[]): Promise<Changed[]> {
  let [files, chars] = [0, 0];
  const read = (path: string, text: string | null): Promise<CodeFacts | null> => {
    if (text === null) return Promise.resolve(null);
    files += 1;
    chars += text.length;
    if (files > MOST_FILES || chars > MOST_CHARS) return Promise.resolve(UNREAD);
    return factsOf({ codeMap }, path, text);
  };
  // Tests first: they are what must be read.
  const order = changed.toSorted((a, b) => Number(isTestPath(b.path)) - Number(isTestPath(a.path)));
  const known = await Promise.all(
    order.map(async (one): Promise<Changed> => {
      if (one.isLink || !isCodePath(one.path)) return one;
      const [before, after] = await Promise.all([
        read(one.path, one.before ?? null),
        read(one.path, one.after),
      ]);
      return { ...one, facts: { before, after } };
    }),
  );
  const byPath = new Map(known.map((one) => [one.path, one]));
  return changed.map((one) => byPath.get(one.path) ?? one);
}

const factsOf = async ({ codeMap }: Readers, path: string, text: string): Promise<CodeFacts> =>
  (await codeMap.facts(path, text)) ?? patternsOf(text);

/** Values that stand together in those tests of the workspace that speak of what the patch changes, or that the checks name. */
export async function testCases(
  world: Pick<World, "codeMap" | "repo" | "tree" | "workspaceRoot">,
  slice: Pick<Slice, "checks" | "reads">,
  changed: readonly Changed[],
): Promise<CodeFacts["cases"]> {
  const programs = changed.filter(
    ({ path, facts }) =>
      !isTestPath(path) && (facts?.after?.choices ?? []).some(({ results }) => results.length > 0),
  );
  if (programs.length === 0) return [];
  const stems = new Set(programs.map(({ path }) => stemOf(path)));
  const named = slice.checks.flatMap((one) => ("run" in one ? [one.run] : [])).join(" ");
  const reads = matcher(slice.reads);
  const rank = (path: string): number =>
    stems.has(stemOf(path))
      ? 0
      : named.includes(path) || named.includes(stemOf(path))
        ? 1
        : reads(path)
          ? 2
          : 3;
  const inPatch = new Set(changed.map(({ path }) => path));
  const tests = (await world.repo.files()).filter(
    (path) => isTestPath(path) && isCodePath(path) && !inPatch.has(path),
  );
  const wanted = tests
    .map((path) => ({ path, rank: rank(path) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST_TESTS);
  const tree = world.tree(world.workspaceRoot);
  const cases = await Promise.all(
    wanted.map(async ({ path }) => {
      const file = await tree.read(path);
      return "error" in file || file.text.length > TEST_CHARS
        ? []
        : (await factsOf(world, path, file.text)).cases;
    }),
  );
  return cases.flat();
}
