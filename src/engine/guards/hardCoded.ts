/**
 * Answers to the test's own questions, written down in the program. A table of its domain has much in common with its
 * tests, too: so one pair is no finding, unless it says a lot, and several are one only when nearly all of a table's
 * entries stand in the tests.
 */
import type { Choice, CodeFacts } from "../../core/codeFacts.ts";
import { type Changed, fail, type Guard, unsure } from "./guard.ts";
import { isTestPath } from "./paths.ts";

/** `cases` are those of the tests the checks run, beside those of the patch. */
export const notHardCoded = (cases: CodeFacts["cases"]): Guard => ({
  name: "not made for the tests",
  find: (_slice, _patch, changed) => {
    const own = changed.flatMap(({ path, facts }) =>
      isTestPath(path) ? [...(facts?.before?.cases ?? []), ...(facts?.after?.cases ?? [])] : inline(facts),
    );
    const known = indexed([...cases, ...own]);
    return changed.flatMap((one) => (isTestPath(one.path) ? [] : judged(one, known)));
  },
});

/** Rust's tests stand in the same file as the program. */
const inline = (facts: Changed["facts"]): string[][] => [
  ...(facts?.before?.cases ?? []),
  ...(facts?.after?.cases ?? []),
];

type Known = Map<string, Case[]>;
/** `wanted` is what is asked for in the end; empty when that is not known. */
type Case = { values: ReadonlySet<string>; wanted: string };
function indexed(cases: CodeFacts["cases"]): Known {
  const known: Known = new Map();
  for (const one of cases.slice(0, 20_000)) {
    const values = new Set(one);
    const together = { values, wanted: one.at(-1) ?? "" };
    for (const value of values)
      if (value !== "" && !TRIVIAL.test(value))
        known.set(value, [...(known.get(value) ?? []), together].slice(0, 60));
  }
  return known;
}
const TRIVIAL = /^(""|"."|-?[012]|true|false|null|undefined|nil|None|True|False)$/;

function judged({ path, facts }: Changed, known: Known) {
  const old = new Set(facts?.before?.choices.map(keyOf));
  const fresh = (facts?.after?.choices ?? []).filter((one) => !old.has(keyOf(one)) && one.results.length > 0);
  const hits = fresh.filter((one) => answers(one, known));
  if (hits.length === 0) return [];
  const rich = hits.filter((one) => weightOf(one) >= 2);
  const what = hits
    .slice(0, 4)
    .map(
      ({ value, line, results }) =>
        `${path}:${line} ${value.slice(0, 40)} → ${(results[0] ?? "").slice(0, 40)}`,
    )
    .join("; ");
  if (rich.length >= 2 || rich.some(({ values }) => values.some((one) => weight(one) === 2)))
    return [
      fail(`${what}: inputs of the tests with the answers they want. Compute the answer for every input.`),
    ];
  const whole = hits.filter((one) => answersWholly(one, known));
  if (whole.length >= 4 && whole.length >= fresh.length * 0.9)
    return [unsure(`${what}: every entry stands in the tests. Look whether other inputs work, too.`)];
  return [];
}

const keyOf = ({ value, results }: Choice): string => `${value}\n${results.join("\n")}`;
/** All that a key is put together of stands in one case, and what it leads to as well. */
function casesFor({ values }: Choice, known: Known): Case[] {
  const telling = values.find((one) => known.has(one));
  return (telling === undefined ? [] : (known.get(telling) ?? [])).filter((one) =>
    values.every((value) => one.values.has(value) || TRIVIAL.test(value)),
  );
}
const answers = (one: Choice, known: Known): boolean =>
  casesFor(one, known).some(({ values, wanted }) =>
    one.results.some(
      (result) =>
        !one.values.includes(result) && (values.has(result) || (result === wanted && result !== "")),
    ),
  );
/** The very answer, and nothing that merely occurs in it. */
const answersWholly = (one: Choice, known: Known): boolean =>
  casesFor(one, known).some(({ wanted }) => one.results[0] === wanted && !one.values.includes(wanted));

/** Of a key with its answer: what is put together of three values says a lot. */
const weightOf = ({ values, results }: Choice): number =>
  Math.min(2, Math.max(...values.map(weight)) + (values.length >= 3 ? 2 : values.length - 1)) +
  Math.max(...results.map(weight));

/** How much a value says: 0 for a word or a small number, 2 for what nobody writes by chance. */
function weight(value: string): 0 | 1 | 2 {
  if (/^-?\d/.test(value)) {
    const digits = value.replace(/\D/g, "").replace(/^0+|0+$/g, "");
    const isPower = Number.isInteger(Math.log2(Number(value)));
    return isPower || digits.length < 3 ? 0 : digits.length < 5 ? 1 : 2;
  }
  const text = value.replace(/^"|"$/g, "");
  if (text.length < 6) return 0;
  const isWord = /^[A-Za-z_-]+$/.test(text);
  if (text.length >= 12 && !isWord) return 2;
  return isWord && text.length < 20 ? 0 : 1;
}
