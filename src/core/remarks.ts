/** What comments and annotations say to machines: rules to disable, lines not to count; and what models leave instead of work. */

const IN_COMMENTS: RegExp[] = [
  /\b(?:eslint|oxlint|tslint|stylelint)-disable(?:-next-line|-line)?\b/g,
  /\b(?:tslint|biome|deno-lint|prettier|rome)[:-](?:disable|ignore)(?:-file|-next-line)?\b/g,
  /@ts-(?:ignore|expect-error|nocheck)\b/g,
  /\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)\b/g,
  /\btype:\s*ignore\b/g,
  /\b(?:ruff|flake8):\s*noqa\b|\bnoqa\b/g,
  /\b(?:pylint|mypy|pyright):\s*(?:disable|ignore)[\w-]*/g,
  /\bpragma:\s*no\s*(?:cover|branch)\b/g,
  /\bnosec\b|\bNOSONAR\b|\bNOLINT(?:NEXTLINE|BEGIN)?\b/g,
  /\bnolint\b|\blint:(?:file-)?ignore\b/g,
  /\brubocop:\s*(?:disable|todo)\b/g,
  /@?\b(?:phpstan-ignore|psalm-suppress|phpcs:(?:ignore|disable)|codingStandardsIgnore|codeCoverageIgnore)[\w-]*/g,
  /\bCHECKSTYLE[: ]OFF\b|\bnoinspection\b|\bReSharper disable\b/g,
];
const IN_CODE: RegExp[] = [
  /\b(?:allow|expect)\s*\(\s*[\w:]+(?:\s*,\s*[\w:]+)*/g,
  /\bcoverage\s*\(\s*off\b/g,
  /\bSuppress(?:Warnings|Message|FBWarnings|Lint)?\b(?:\s*\([^)]*\))?/g,
  /#pragma\s+(?:warning\s+disable|GCC\s+diagnostic\s+ignored|clang\s+diagnostic\s+ignored)/g,
  /\bExcludeFromCodeCoverage\b/g,
];

/** Each rule that is disabled, as it is spelled, without the reasons beside it. */
export function disabledIn(says: string, where: "comment" | "code"): string[] {
  const patterns = where === "comment" ? IN_COMMENTS : IN_CODE;
  return patterns.flatMap((one) => says.match(one) ?? []).map((one) => one.replace(/\s+/g, " "));
}

const UNFINISHED: RegExp[] = [
  /\b(?:TO[D]O|FIX[M]E)\b[:\s-]{0,4}(?:\w+\s+){0,3}?(?:implement|finish|complete|write|add (?:the )?(?:real|actual|logic|code))\w*/i,
  /\b(?:implement|complete) (?:me|this)\b|\byour (?:code|implementation) (?:goes )?here\b/i,
  /\bnot (?:yet )?implemented\b|\bplaceholder (?:implementation|for now)\b|\bstub(?:bed)? (?:out|implementation)\b/i,
  /(?:\.\.\.|…)\s*(?:the )?(?:existing|rest of|remaining|other|same|previous|unchanged)\b|\b(?:rest of (?:the )?(?:code|file|function|class|implementation)|existing code|remaining code)\b.{0,30}(?:unchanged|same|here|remains|\.\.\.|…)/i,
];

/** A comment that stands where work should. */
export const unfinishedIn = (says: string): string[] =>
  UNFINISHED.some((one) => one.test(says)) ? [says.replace(/\s+/g, " ").slice(0, 120)] : [];
