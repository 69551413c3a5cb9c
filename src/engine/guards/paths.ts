/** What a path says about its file. */

const TEST =
  /(^|[/._-])(tests?|testing|specs?|__tests__|__snapshots__|__mocks__|testdata|fixtures)([/._-]|$)/i;
const CAMEL = /(^|\/)(Test[A-Z]\w*|\w+(Tests?|IT|Spec|Specs))\.(java|kt|kts|scala|groovy|cs|php|swift)$/;

/** A test, or what only tests use. */
export const isTestPath = (path: string): boolean => TEST.test(path) || CAMEL.test(path);

export const isSnapshot = (path: string): boolean =>
  /(^|\/)__snapshots__\/|\.(snap|snapshot|ambr|snap\.new)$|\.approved\.\w+$/i.test(path);

const CODE =
  /\.(m?js|cjs|jsx|[mc]?ts|tsx|py|pyi|go|rs|java|cs|cc?|cpp|cxx|h|hpp|hh|hxx|php|rb|kt|kts|scala|swift|ex|exs|dart|lua|vue|svelte|groovy|fs|hs|ml|clj|jl|pl|sh|zig|nim|cr|elm|erl|r|m|mm|bats)$/i;
export const isCodePath = (path: string): boolean => CODE.test(path);

const FOUND_BY_NAME =
  /(^|[._-])(test|spec|tests|specs|cy|e2e)\.[cm]?[jt]sx?$|^test_[^/]*\.pyi?$|_test\.(py|go|rb|exs|dart|cc|cpp)$|_spec\.rb$|(Test|Tests|IT|Spec)\.\w+$|^Test[A-Z]\w*\.\w+$/;
/** How a runner finds a file: by its own name, or by the folder it is in. */
export const runsAs = (path: string): "name" | "folder" =>
  FOUND_BY_NAME.test(path.split("/").at(-1) ?? "") || path.endsWith(".rs") ? "name" : "folder";

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
/** What a file is about, by its name: the same for a program and its tests. */
export const stemOf = (path: string): string =>
  bare(
    (path.split("/").at(-1) ?? "")
      .replace(/\.[^.]*$/, "")
      .replace(/[._-](test|tests|spec|unit|integration|e2e|it)$/i, "")
      .replace(/^tests?_|Tests?$|^Test(?=[A-Z])|Spec$/g, ""),
  );
export const isStem = (name: string, stem: string): boolean => bare(name) === stem;
