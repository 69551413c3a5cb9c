/** What a path says about its file. */

const TEST = /(^|[/._-])(tests?|specs?|__tests__|__snapshots__|__mocks__|testdata|fixtures)([/._-]|$)/i;
const CAMEL = /(^|\/)(Test[A-Z]\w*|\w+(Tests?|IT|Spec|Specs))\.(java|kt|kts|scala|groovy|cs|php|swift)$/;

/** A test, or what only tests use. */
export const isTestPath = (path: string): boolean => TEST.test(path) || CAMEL.test(path);

export const isSnapshot = (path: string): boolean =>
  /(^|\/)__snapshots__\/|\.(snap|snapshot|ambr|snap\.new)$|\.approved\.\w+$/i.test(path);

const CODE =
  /\.(m?js|cjs|jsx|[mc]?ts|tsx|py|pyi|go|rs|java|cs|cc?|cpp|cxx|h|hpp|hh|hxx|php|rb|kt|kts|scala|swift|ex|exs|dart|lua|vue|svelte|groovy|fs|hs|ml|clj|jl|pl|sh|zig|nim|cr|elm|erl|r|m|mm|bats)$/i;
export const isCodePath = (path: string): boolean => CODE.test(path);
