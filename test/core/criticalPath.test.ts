import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Timed, criticalPath } from "../../src/core/criticalPath.ts";

/** "a:3 b:2<a c:1<a,b" as slices with their milliseconds and needs. */
const plan = (text: string): Timed[] =>
  text
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [head = "", needs] = word.split("<");
      const [id = "", ms] = head.split(":");
      return { id, ms: Number(ms), needs: needs ? needs.split(",") : [] };
    });

describe("the longest chain", () => {
  const check = (name: string, text: string, ms: number, path: string) =>
    test(name, () => {
      const found = criticalPath(plan(text));
      expect([found.ms, found.path.join(" ")]).toEqual([ms, path]);
    });
  check("of nothing", "", 0, "");
  check("of one slice", "a:5", 5, "a");
  check("of slices that need nothing is the longest of them", "a:2 b:7 c:3", 7, "b");
  check("goes through the slower branch", "a:1 b:2<a c:9<a d:1<b,c", 11, "a c d");
  check("is the first of two that are as long", "a:1 b:2<a c:2<a d:1<b,c", 4, "a b d");
  check("does not depend on the order of the slices", "d:1<c c:9<a a:1", 11, "a c d");
  check("takes what takes no time along", "a:0 b:3<a", 3, "a b");
  check("knows no needs outside the plan", "a:2<gone b:1<a", 3, "a b");
  check("counts no needs on a cycle, nor behind it", "a:2<b b:3<a c:4<b d:1", 4, "c");
  check("ends at a slice that needs itself", "a:2<a", 2, "a");
  check("counts a need once", "a:2 b:1<a,a", 3, "a b");
});

test("each slice starts when the last of its needs is done", () => {
  const { start } = criticalPath(plan("a:1 b:2<a c:9<a d:1<b,c"));
  expect(Object.fromEntries(start)).toEqual({ a: 0, b: 1, c: 1, d: 10 });
});

/** Needs of earlier slices only, so that there is no cycle; then in any order. */
const acyclic = fc
  .array(fc.tuple(fc.nat(50), fc.array(fc.nat(20), { maxLength: 4 })), { maxLength: 14 })
  .map((rows) =>
    rows.map(([ms, needs], i): Timed => ({
      id: `${i}`,
      ms,
      needs: i === 0 ? [] : needs.map((need) => `${need % i}`),
    })),
  )
  .chain((slices) => fc.shuffledSubarray(slices, { minLength: slices.length, maxLength: slices.length }));
const anyPlan = fc
  .array(fc.tuple(fc.nat(50), fc.array(fc.nat(20), { maxLength: 4 })), { maxLength: 14 })
  .map((rows) => rows.map(([ms, needs], i): Timed => ({ id: `${i}`, ms, needs: needs.map(String) })));

test("it is what following every need says", () =>
  fc.assert(
    fc.property(acyclic, (slices) => {
      const byId = new Map(slices.map((one) => [one.id, one]));
      const end = (id: string): number => {
        const one = byId.get(id);
        return one ? one.ms + Math.max(0, ...one.needs.map(end)) : 0;
      };
      const { ms, start } = criticalPath(slices);
      expect(ms).toBe(Math.max(0, ...slices.map(({ id }) => end(id))));
      for (const { id, ms: own } of slices) expect((start.get(id) ?? 0) + own).toBe(end(id));
    }),
  ));

test("its slices need one another and take together what it takes, whatever the plan", () =>
  fc.assert(
    fc.property(anyPlan, (slices) => {
      const { ms, path } = criticalPath(slices);
      const chain = path.map((id) => slices.find((one) => one.id === id) as Timed);
      expect(chain.reduce((sum, one) => sum + one.ms, 0)).toBe(ms);
      expect(new Set(path).size).toBe(path.length);
      chain.slice(1).forEach(({ needs }, i) => expect(needs).toContain(path[i]));
      expect(ms).toBeLessThanOrEqual(slices.reduce((sum, one) => sum + one.ms, 0));
      expect(ms).toBeGreaterThanOrEqual(Math.max(0, ...slices.map((one) => one.ms)));
    }),
  ));

test("5,000 slices in a line, and 5,000 that need one, come to an end", () => {
  const line = Array.from({ length: 5000 }, (_, i) => ({
    id: `${i}`,
    ms: 1,
    needs: i === 0 ? [] : [`${i - 1}`],
  }));
  const star = line.map((one, i) => ({ ...one, needs: i === 0 ? [] : ["0"] }));
  expect([criticalPath(line).ms, criticalPath(star).ms]).toEqual([5000, 2]);
});
