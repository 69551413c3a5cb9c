/** What holds for any test file: adding is never flagged, nor is renaming or formatting; taking away any one demand always is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testsKept } from "../../../src/engine/guards/tests.ts";
import { findings } from "./reading.ts";

type Demand = { input: number | string; wanted: number | string; kind: number };
type One = { name: string; demands: Demand[] };
/** How a file is written, which says nothing of what it demands. */
type Style = { variable: string; subject: string; indent: string; quote: string; blank: string };

const value = fc.oneof(fc.integer({ min: -99, max: 9999 }), fc.stringMatching(/^[a-z ]{1,12}$/));
const demand: fc.Arbitrary<Demand> = fc.record({ input: value, wanted: value, kind: fc.nat(2) });
const tests = (prefix: string) =>
  fc
    .array(fc.array(demand, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
    .map((all) => all.map((demands, at): One => ({ name: `${prefix}${at}`, demands })));
const style: fc.Arbitrary<Style> = fc.record({
  variable: fc.constantFrom("got", "result", "value"),
  subject: fc.constantFrom("parse", "read", "convert"),
  indent: fc.constantFrom("  ", "    "),
  quote: fc.constantFrom("'", '"'),
  blank: fc.constantFrom("", "\n"),
});
const PLAIN: Style = { variable: "got", subject: "parse", indent: "  ", quote: '"', blank: "" };

type Language = { path: string; render(all: readonly One[], style: Style): string };
const literal = (one: number | string, quote: string): string =>
  typeof one === "number" ? String(one) : `${quote}${one}${quote}`;

const LANGUAGES: Record<string, Language> = {
  TypeScript: {
    path: "test/a.test.ts",
    render: (all, { variable, subject, indent, quote, blank }) =>
      all
        .map(({ name, demands }) => {
          const lines = demands.flatMap(({ input, wanted, kind }, at) => {
            const [given, out] = [literal(input, quote), literal(wanted, quote)];
            const call = `${subject}(${given})`;
            return [
              [`const ${variable}${at} = ${call};`, `expect(${variable}${at}).toBe(${out});`],
              [`expect(${call}).toEqual([${out}]);`],
              [`assert.strictEqual(${call}, ${out});`],
            ][kind] as string[];
          });
          return `it(${quote}${name}${quote}, () => {\n${lines.map((line) => `${indent}${line}\n${blank}`).join("")}});\n${blank}`;
        })
        .join(""),
  },
  Python: {
    path: "tests/test_a.py",
    render: (all, { variable, subject, indent, quote, blank }) =>
      all
        .map(({ name, demands }) => {
          const lines = demands.flatMap(({ input, wanted, kind }, at) => {
            const [given, out] = [literal(input, quote), literal(wanted, quote)];
            const call = `${subject}(${given})`;
            return [
              [`${variable}${at} = ${call}`, `assert ${variable}${at} == ${out}`],
              [`assert ${call} == [${out}]`],
              [`assert ${out} in ${call}`],
            ][kind] as string[];
          });
          return `def test_${name}():\n${lines.map((line) => `${indent}${line}\n${blank}`).join("")}\n${blank}`;
        })
        .join(""),
  },
  Go: {
    path: "a_test.go",
    render: (all, { variable, subject, indent, blank }) =>
      `package a\n${all
        .map(({ name, demands }) => {
          const lines = demands.map(({ input, wanted, kind }, at) => {
            const [given, out] = [literal(input, '"'), literal(wanted, '"')];
            const call = `${subject}(${given})`;
            return [
              `if ${variable}${at} := ${call}; ${variable}${at} != ${out} { t.Errorf("got %v", ${variable}${at}) }`,
              `assert.Equal(t, ${out}, ${call})`,
              `require.Contains(t, ${call}, ${out})`,
            ][kind] as string;
          });
          return `func Test${name.toUpperCase()}(t *testing.T) {\n${lines.map((line) => `${indent}${line}\n${blank}`).join("")}}\n${blank}`;
        })
        .join("")}`,
  },
  Rust: {
    path: "tests/a.rs",
    render: (all, { variable, subject, indent, blank }) =>
      all
        .map(({ name, demands }) => {
          const lines = demands.flatMap(({ input, wanted, kind }, at) => {
            const [given, out] = [literal(input, '"'), literal(wanted, '"')];
            const call = `${subject}(${given})`;
            return [
              [`let ${variable}${at} = ${call};`, `assert_eq!(${variable}${at}, ${out});`],
              [`assert!(${call} == ${out}, "message");`],
              [`assert_eq!(${call}, vec![${out}]);`],
            ][kind] as string[];
          });
          return `#[test]\nfn ${name}() {\n${lines.map((line) => `${indent}${line}\n${blank}`).join("")}}\n${blank}`;
        })
        .join(""),
  },
  Java: {
    path: "src/test/java/ATest.java",
    render: (all, { variable, subject, indent, blank }) =>
      `class ATest {\n${all
        .map(({ name, demands }) => {
          const lines = demands.flatMap(({ input, wanted, kind }, at) => {
            const [given, out] = [literal(input, '"'), literal(wanted, '"')];
            const call = `${subject}(${given})`;
            return [
              [`var ${variable}${at} = ${call};`, `assertEquals(${out}, ${variable}${at});`],
              [`assertThat(${call}).isEqualTo(${out});`],
              [`Assertions.assertSame(${out}, ${call});`],
            ][kind] as string[];
          });
          return `${indent}@Test\n${indent}void ${name}() {\n${lines.map((line) => `${indent}${indent}${line}\n${blank}`).join("")}${indent}}\n${blank}`;
        })
        .join("")}}\n`,
  },
};

const RUNS = { numRuns: 40 };
const given = fc.record({ all: tests("old"), more: tests("new"), style, at: fc.nat(), seed: fc.nat() });

describe.each(Object.entries(LANGUAGES))("%s", (_name, { path, render }) => {
  const found = (before: readonly One[], after: readonly One[], to = PLAIN) =>
    findings(testsKept, { [path]: [render(before, PLAIN), render(after, to)] });

  test("a patch that only adds is never flagged", () =>
    fc.assert(
      fc.asyncProperty(given, async ({ all, more, at }) => {
        const where = at % (all.length + 1);
        const longer = all.map((one, index) =>
          index === at % all.length
            ? { ...one, demands: [...one.demands, ...(more[0]?.demands ?? [])] }
            : one,
        );
        expect(await found(all, [...all.slice(0, where), ...more, ...all.slice(where)])).toEqual([]);
        expect(await found(all, longer)).toEqual([]);
        expect(await findings(testsKept, { [path]: [null, render(all, PLAIN)] })).toEqual([]);
      }),
      RUNS,
    ));
  test("neither are other names and another format", () =>
    fc.assert(
      fc.asyncProperty(given, async ({ all, style: to }) => {
        expect(await found(all, all, to)).toEqual([]);
      }),
      RUNS,
    ));
  test("nor are other names of tests, another order, another file", () =>
    fc.assert(
      fc.asyncProperty(given, async ({ all }) => {
        expect(
          await found(
            all,
            all.map((one) => ({ ...one, name: `${one.name}x` })),
          ),
        ).toEqual([]);
        expect(await found(all, all.toReversed())).toEqual([]);
        const other = path.replace(/(\w+)(\W\w+)$/, (_all, name: string, end: string) =>
          path.endsWith("_test.go") ? `b_test${end}` : `${name.replace(/a$|A/, "b")}${end}`,
        );
        const text = render(all, PLAIN);
        expect(await findings(testsKept, { [path]: [text, null], [`moved/${other}`]: [null, text] })).toEqual(
          [],
        );
      }),
      RUNS,
    ));
  test("taking away any one demand always is", () =>
    fc.assert(
      fc.asyncProperty(given, async ({ all, at, seed, style: to }) => {
        const index = at % all.length;
        const one = all[index] as One;
        const gone = seed % one.demands.length;
        const after = all.with(index, { ...one, demands: one.demands.filter((_, place) => place !== gone) });
        const lost = await found(all, after, to);
        expect(lost).not.toEqual([]);
        expect(lost.every((line) => line.startsWith("fail: "))).toBe(true);
      }),
      RUNS,
    ));
});
