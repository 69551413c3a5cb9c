/** Which files have a grammar. Apart from the languages, so that asking takes nothing else. */
const EXTENSIONS = {
  javascript: "js mjs cjs jsx",
  typescript: "ts mts cts",
  tsx: "tsx",
  python: "py pyi",
  go: "go",
  rust: "rs",
  java: "java",
  csharp: "cs",
  cFamily: "c h cc cpp cxx hpp hh hxx ipp inl",
  php: "php",
  ruby: "rb rake gemspec",
} as const;
export type LanguageName = keyof typeof EXTENSIONS;

const NAMES = new Map(
  Object.entries(EXTENSIONS).flatMap(([name, list]) =>
    list.split(" ").map((extension) => [extension, name as LanguageName] as const),
  ),
);

/** Null for a language without a grammar. */
export const languageName = (path: string): LanguageName | null =>
  NAMES.get(/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "") ?? null;
