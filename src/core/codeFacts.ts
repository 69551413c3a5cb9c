/** What guards want to know of one text, as read by a grammar: its tests with their assertions, and what to beware of. Lines count from 1. */

/** How sure it is that an assertion decides: it may be passed by, its failure may be swallowed, or it is never reached. */
export type Reach = "always" | "sometimes" | "swallowed" | "never";
/** How much a matcher demands: an exact value, a part or range of it, hardly anything, nothing at all. */
export type Strength = 3 | 2 | 1 | 0;

/**
 * One thing a test demands. Texts are tokens by spaces, without comments and as if formatted by one hand. `expected` are
 * what the subject is held against; `names` and `values` are identifiers and literals in order, `form` the tokens with
 * both left out, so that a renaming can be told from another demand.
 */
export type Assertion = {
  line: number;
  matcher: string;
  strength: Strength;
  subject: string;
  expected: string;
  form: string;
  names: string[];
  values: string[];
  reach: Reach;
  /** How far a value may be off; null where it may not. */
  tolerance: number | null;
  /** The function it stands in, when it stands in no test. */
  within: string | null;
};
export type TestFact = {
  /** With the names of the groups it stands in: "limit > is kept". */
  name: string;
  line: number;
  skipped: "no" | "sometimes" | "yes";
  focused: boolean;
  assertions: Assertion[];
  /** Hash of its tokens, name left out: the same test under another name. */
  body: string;
  calls: string[];
};
export type Mark = {
  /** `runner`: it changes what tests are run by. `exit`: it ends the process as soon as it is loaded. */
  kind: "suppression" | "stub" | "debugger" | "mock" | "commented" | "empty" | "runner" | "exit";
  /** What stands there, on one line: the rule that is disabled, the module that is replaced, the function that is empty. */
  what: string;
  line: number;
};
/**
 * A value a program chooses by: compared with, a case, a key, also one that is put together of `values`. `results` are what
 * it leads to: whole, and the values in it.
 */
export type Choice = { value: string; values: string[]; line: number; results: string[] };
export type CodeFacts = {
  /** `patterns`: a language without a grammar, counted by regular expressions. `unread`: too large, too deep, or no text. */
  by: "grammar" | "patterns" | "unread";
  tests: TestFact[];
  /** Assertions outside of tests: in what tests call. */
  shared: Assertion[];
  marks: Mark[];
  choices: Choice[];
  /** Values that stand together in tests: what they put in beside what they want out. */
  cases: string[][];
  /** Functions it defines. */
  defines: string[];
};

const NONE: Omit<CodeFacts, "by"> = { tests: [], shared: [], marks: [], choices: [], cases: [], defines: [] };
export const UNREAD: CodeFacts = { by: "unread", ...NONE };
