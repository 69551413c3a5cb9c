/** The house of ARCHITECTURE.md as data: who may import what, how large things may grow, what is not said here. */
import ts from "typescript";
import * as z from "zod";
import { describe, expect, test } from "vitest";
import { Settings } from "../src/core/settings.ts";
import {
  type Source,
  filesIn,
  importsOf,
  linesOf,
  namesOf,
  placeOf,
  read,
  sourcesIn,
  walk,
} from "./house.ts";

const HOST = sourcesIn("src");
const VIEW = sourcesIn("webview-ui");
const ALL = [...HOST, ...VIEW];

// ── Who may import what ─────────────────────────────────────────────────────────────────────────────────────────────

const PORTS = /^src\/engine\/ports\.ts$/;
/** The content guard of landing: pure, and asked wherever files are written. */
const RESOLVE = /^src\/engine\/resolve\.ts$/;
const NODE = /^node:/;
const under = (...folders: string[]): RegExp[] => folders.map((folder) => new RegExp(`^src/${folder}/`));
const exactly = (...names: string[]): RegExp[] => names.map((name) => new RegExp(`^${name}(/|$)`));

/** The first row that fits a file is its own. A composition root may know all, except that only one knows the editor. */
const MAY_IMPORT: { files: RegExp; may: RegExp[] }[] = [
  { files: /^src\/core\//, may: [...under("core"), ...exactly("zod", "diff")] },
  { files: /^src\/protocol\//, may: [...under("core", "protocol"), ...exactly("zod")] },
  { files: /^src\/engine\//, may: [...under("core", "engine"), ...exactly("zod")] },
  {
    files: /^src\/providers\//,
    may: [
      ...under("core", "providers"),
      PORTS,
      ...exactly("zod", "openai", "@anthropic-ai/sdk", "best-effort-json-parser"),
    ],
  },
  {
    files: /^src\/node\//,
    may: [...under("core", "node"), PORTS, RESOLVE, NODE, ...exactly("zod", "yaml", "web-tree-sitter")],
  },
  {
    files: /^src\/vscode\//,
    may: [...under("core", "protocol", "vscode"), PORTS, RESOLVE, NODE, ...exactly("vscode", "zod")],
  },
  { files: /^src\/(extension|editorHost)\.ts$/, may: [/^src\//, NODE, ...exactly("vscode")] },
  {
    files: /^src\/(terminal\/|[^/]+\.ts$)/,
    may: [
      ...under("core", "protocol", "engine", "providers", "node", "terminal"),
      /^src\/[^/]+\.ts$/,
      NODE,
      ...exactly("zod"),
    ],
  },
  {
    files: /^webview-ui\/ui\.tsx$/,
    may: [
      /^webview-ui\//,
      ...under("protocol"),
      ...exactly("react", "react-dom", "@vscode/webview-ui-toolkit"),
    ],
  },
  {
    files: /^webview-ui\//,
    may: [/^webview-ui\//, ...under("protocol"), ...exactly("react", "react-dom", "@tanstack/react-virtual")],
  },
];

describe("imports", () => {
  const rowOf = ({ path }: Source) => MAY_IMPORT.find(({ files }) => files.test(path));
  test("every file lives in a folder with a rule", () =>
    expect(ALL.filter((source) => !rowOf(source)).map(({ path }) => path)).toEqual([]));
  test("no folder reaches beyond what it may know", () => {
    const wrong = ALL.flatMap((source) =>
      importsOf(source)
        .filter((name) => !rowOf(source)?.may.some((rule) => rule.test(name)))
        .map((name) => `${source.path} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });
  test("vendors do not know each other", () => {
    const sdks = (source: Source): string[] => [
      ...new Set(importsOf(source).flatMap((name) => /^(openai|@anthropic-ai)/.exec(name)?.[0] ?? [])),
    ];
    expect(HOST.filter((source) => sdks(source).length > 1).map(({ path }) => path)).toEqual([]);
  });
});

// ── How large things may grow ───────────────────────────────────────────────────────────────────────────────────────

const isFunction = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node) ||
  ts.isMethodDeclaration(node);

/** Places in these sources where `wrong` holds of a node. */
function places(sources: readonly Source[], wrong: (node: ts.Node, source: Source) => boolean): string[] {
  return sources.flatMap((source) => {
    const found: string[] = [];
    walk(source.tree, (node) => {
      if (wrong(node, source)) found.push(placeOf(source, node));
    });
    return found;
  });
}

describe("budgets", () => {
  test("a file has at most 400 lines, extension.ts 120", () => {
    const limit = (path: string): number => (path === "src/extension.ts" ? 120 : 400);
    expect(
      ALL.filter(({ path, lines }) => lines > limit(path)).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([]);
  });
  test("a function has at most 100 lines", () =>
    expect(places(ALL, (node, { tree }) => isFunction(node) && linesOf(tree, node) > 100)).toEqual([]));
  test("a class has at most 200 lines", () => {
    // What every editor event comes through is longer; it may shrink, never grow.
    const longer: Record<string, number> = { "src/vscode/session.ts": 210 };
    expect(
      places(
        ALL,
        (node, { tree, path }) => ts.isClassLike(node) && linesOf(tree, node) > (longer[path] ?? 200),
      ),
    ).toEqual([]);
  });
  test("nothing is any", () =>
    expect(places(ALL, ({ kind }) => kind === ts.SyntaxKind.AnyKeyword)).toEqual([]));
  test("ARCHITECTURE.md can be read in one go; only its list of decisions grows", () => {
    const [house = "", decisions = ""] = read("ARCHITECTURE.md").split("\n## Decisions\n");
    expect(house.split("\n").length).toBeLessThanOrEqual(95);
    const undated = decisions.split("\n").filter((line) => !/^(- \d{4}-\d\d-\d\d: | {2}\S|$)/.test(line));
    expect(undated).toEqual([]);
  });
});

// ── What is not said ────────────────────────────────────────────────────────────────────────────────────────────────

const isName = (node: ts.Node, names: readonly string[]): boolean =>
  ts.isIdentifier(node) && names.includes(node.text);
const isAccess = (node: ts.Node, of: string, name: string): boolean =>
  ts.isPropertyAccessExpression(node) && isName(node.expression, [of]) && node.name.text === name;

describe("words", () => {
  test("core knows neither time nor chance nor the machine", () => {
    const core = HOST.filter(({ path }) => path.startsWith("src/core/"));
    const ambient = [
      "performance",
      "process",
      "console",
      "crypto",
      "fetch",
      "setTimeout",
      "setInterval",
      "globalThis",
    ];
    const wrong = places(core, (node) => {
      if (ts.isNewExpression(node))
        return isName(node.expression, ["Date"]) && (node.arguments ?? []).length === 0;
      if (isAccess(node, "Date", "now") || isAccess(node, "Math", "random")) return true;
      return (
        isName(node, ambient) &&
        !ts.isPropertyAccessExpression(node.parent) &&
        !ts.isPropertySignature(node.parent)
      );
    });
    expect(wrong).toEqual([]);
  });
  test("names say what a thing is", () => {
    const empty = /(^|[a-z])(manager|handler|controller|helper|utils?|service)s?($|[A-Z])/i;
    const plain = /^(manager|handler|controller|helper|util|service)s?$/i;
    const parts = (name: string): string[] => name.split(/(?=[A-Z])|[_$.-]/);
    const wrong = ALL.flatMap((source) =>
      namesOf(source)
        .filter(({ text }) => empty.test(text) && parts(text).some((part) => plain.test(part)))
        .map((name) => `${placeOf(source, name)} ${name.text}`),
    );
    expect(wrong).toEqual([]);
    expect(
      ALL.filter(({ path }) => parts(path.replaceAll("/", ".")).some((part) => plain.test(part))),
    ).toEqual([]);
  });
  test("nothing is left for later, and nothing knows this machine", () => {
    const later = new RegExp(`\\b(${["TO", "DO|FIX", "ME|X", "XX|HA", "CK"].join("")})\\b`);
    const machine = /(^|["'`\s(=])\/(home|Users|work|farm|root)\/|[A-Z]:\\\\Users\\\\/m;
    const files = [...filesIn("src", /\.(tsx?|css|json)$/), ...filesIn("webview-ui", /\.(tsx?|css|json)$/)];
    const scripts = readRoot(/\.(mjs|json|md)$/).filter((path) => path !== "package-lock.json");
    const wrong = [...files, ...scripts].filter((path) => later.test(read(path)) || machine.test(read(path)));
    expect(wrong).toEqual([]);
  });
});

const readRoot = (ends: RegExp): string[] => filesIn(".", ends).filter((path) => !path.includes("/"));

// ── What the manifest promises ──────────────────────────────────────────────────────────────────────────────────────

const Manifest = z.object({
  contributes: z.object({
    configuration: z.object({ properties: z.record(z.string(), z.unknown()) }),
    commands: z.array(z.object({ command: z.string() })),
  }),
});

describe("package.json", () => {
  const manifest = Manifest.parse(JSON.parse(read("package.json"))).contributes;

  /** Settings that hold an object of fixed keys are set key by key. */
  function keysOf(shape: Record<string, z.ZodType>, prefix: string): string[] {
    return Object.entries(shape).flatMap(([key, type]) => {
      const inner = type instanceof z.ZodDefault ? type.unwrap() : type;
      return inner instanceof z.ZodObject ? keysOf(inner.shape, `${prefix}.${key}`) : [`${prefix}.${key}`];
    });
  }
  test("has an entry for every setting, and no other", () =>
    expect(Object.keys(manifest.configuration.properties).toSorted()).toEqual(
      keysOf(Settings.shape, "slicewise").toSorted(),
    ));

  test("contributes exactly the commands that are registered", () => {
    const source = HOST.find(({ path }) => path === "src/vscode/commands.ts");
    const registered: string[] = [];
    walk(source?.tree ?? ts.createSourceFile("", "", ts.ScriptTarget.Latest), (node) => {
      if (!ts.isVariableDeclaration(node) || !isName(node.name, ["ACTS"])) return;
      if (node.initializer && ts.isObjectLiteralExpression(node.initializer))
        registered.push(
          ...node.initializer.properties.flatMap(({ name }) => (name ? [`slicewise.${name.getText()}`] : [])),
        );
    });
    const contributed = manifest.commands.map(({ command }) => command);
    expect(contributed.filter((command) => !registered.includes(command))).toEqual([]);
    // What only the sidebar and notices call stands in no palette.
    expect(registered.filter((command) => !contributed.includes(command))).toEqual([
      "slicewise.fix",
      "slicewise.openAt",
      "slicewise.answer",
    ]);
  });
});
