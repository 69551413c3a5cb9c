import { C_FAMILY } from "./cFamily.ts";
import { CSHARP, GO, JAVA, RUST } from "./compiled.ts";
import { JAVASCRIPT, TSX, TYPESCRIPT } from "./ecma.ts";
import { languageName, type LanguageName } from "./extensions.ts";
import type { Language } from "./rules.ts";
import { PHP, PYTHON, RUBY } from "./scripts.ts";

const LANGUAGES: Record<LanguageName, Language> = {
  javascript: JAVASCRIPT,
  typescript: TYPESCRIPT,
  tsx: TSX,
  python: PYTHON,
  go: GO,
  rust: RUST,
  java: JAVA,
  csharp: CSHARP,
  cFamily: C_FAMILY,
  php: PHP,
  ruby: RUBY,
};

/** Null for a language without a grammar. */
export function languageOf(path: string): Language | null {
  const name = languageName(path);
  return name && LANGUAGES[name];
}

const FAMILIES = [...new Set(Object.values(LANGUAGES).map(({ rules }) => rules))];

/** Languages that refer to each other's files have one number; -1 for all without a grammar. */
export function familyOf(path: string): number {
  const language = languageOf(path);
  return language ? FAMILIES.indexOf(language.rules) : -1;
}
