/**
 * Criteria that say no more than what a command, a function or a guard has shown: nobody is paid to judge them. Only plain
 * sentences are understood, each part of which must be shown; whatever else a criterion says, a reviewer is asked. Pure.
 */
import type { Evidence } from "./order.ts";

const CODE = /`([^`]+)`/g;
/** The text of a code span stands apart while a sentence is taken to pieces. */
const SPAN = String.raw`\u0001(\d+)\u0001`;

/** `\`npm test\` passes`, `All tests pass with \`npm test\``. */
const RUNS = [
  new RegExp(
    String.raw`^(?:the (?:command|function|check) |running )?${SPAN} (?:still |now )?(?:passes|succeeds|is green|(?:exits|ends)(?: with)?(?: exit)?(?: status| code)? (?:0|zero)|runs without (?:an )?errors?)$`,
    "i",
  ),
  new RegExp(
    String.raw`^(?:all )?(?:of )?(?:the |its )?tests (?:still )?pass (?:with|under|in) ${SPAN}$`,
    "i",
  ),
];
const LOSS = "(?:taken away|deleted|removed|skipped|disabled|weakened)";
/** What the guard of this name holds. */
const HELD: readonly (readonly [guard: string, clause: RegExp])[] = [
  [
    "tests kept",
    new RegExp(
      String.raw`^no (?:existing )?tests? (?:is|are|was|were|has been|have been) ${LOSS}(?:(?:, | or |, or )${LOSS})*$`,
      "i",
    ),
  ],
  ["tests kept", /^(?:it )?takes no tests? away$/i],
  ["write set", /^(?:it )?(?:changes|touches) no (?:other )?files? outside (?:of )?(?:its|the) write set$/i],
];

const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();

/** What shows all of it; null when any part of it is left open. */
export function shownBy(criterion: string, evidence: readonly Evidence[]): Evidence[] | null {
  if (criterion.includes("\u0001")) return null;
  const codes: string[] = [];
  const text = criterion.replace(CODE, (_, code: string) => `\u0001${codes.push(squeezed(code)) - 1}\u0001`);
  const sure = evidence.filter(({ result, flaky }) => result === "pass" && !flaky);
  const by = clausesOf(text).map((clause) => whatShows(clause, codes, sure));
  return by.length > 0 && by.every((one) => one !== null) ? [...new Set(by)] : null;
}

/** "A, B and C." in its parts. A list of losses ("removed, skipped or weakened") is one of them. */
const clausesOf = (text: string): string[] =>
  squeezed(text)
    .replace(/\.$/, "")
    .split(/;\s*|\.\s+|,?\s+and\s+/)
    .flatMap((part) => (/^no /i.test(part) ? [part] : part.split(/,\s+/)))
    .map((part) => part.trim());

function whatShows(clause: string, codes: readonly string[], sure: readonly Evidence[]): Evidence | null {
  for (const pattern of RUNS) {
    const at = pattern.exec(clause)?.[1];
    if (at === undefined) continue;
    const code = codes[Number(at)];
    return (
      sure.find(({ kind, name }) => (kind === "command" || kind === "script") && squeezed(name) === code) ??
      null
    );
  }
  const held = HELD.find(([, pattern]) => pattern.test(clause));
  return (held && sure.find(({ kind, name }) => kind === "guard" && name === held[0])) ?? null;
}
