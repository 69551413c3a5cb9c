/** pyproject.toml, setup.cfg, setup.py, requirements.txt: tools by their own tables and files. */
import type { ProjectCommand } from "../engine/ports.ts";
import { type Ecosystem, type Folder, type Shape, type Toml, found, linesOf, parseToml } from "./manifest.ts";

const MANIFESTS = ["pyproject.toml", "setup.cfg", "setup.py", "requirements.txt", "Pipfile", "tox.ini"];
const SERVER = [
  "django",
  "flask",
  "fastapi",
  "starlette",
  "aiohttp",
  "tornado",
  "sanic",
  "falcon",
  "litestar",
];
const PYTHON = process.platform === "win32" ? "python" : "python3";

export const python: Ecosystem = async (folder) => {
  if (!MANIFESTS.some((name) => folder.has(name))) return null;
  const toml = parseToml((await folder.text("pyproject.toml")) ?? "");
  const setup = parseIni((await folder.text("setup.cfg")) ?? "");
  const required = requirementsIn(linesOf((await folder.text("requirements.txt")) ?? ""));
  const needed = [
    ...declared(toml),
    ...required,
    ...requirementsIn(setup.get("options")?.get("install_requires")?.split("\n") ?? []),
  ];
  const all = [...needed, ...declaredForDevelopment(toml)];
  return found("python", {
    commands: commandsOf(folder, toml, setup, new Set(all.map((name) => name.toLowerCase()))),
    dependencies: all,
    shape: shapeOf(toml, setup, new Set(needed.map((name) => name.toLowerCase()))),
  });
};

/** "requests[socks]>=2; python_version > '3'" → "requests". */
const requirementsIn = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^\s*([A-Za-z0-9][\w.-]{0,99})/.exec(line)?.[1] ?? []);
const quotedIn = (value: string | undefined): string[] =>
  (value?.match(/"[^"]*"|'[^']*'/g) ?? []).map((quoted) => quoted.slice(1, -1));
const keysOf = (toml: Toml, table: string): string[] => [...(toml.get(table)?.keys() ?? [])];

const declared = (toml: Toml): string[] => [
  ...requirementsIn(quotedIn(toml.get("project")?.get("dependencies"))),
  ...keysOf(toml, "tool.poetry.dependencies").filter((name) => name !== "python"),
];

const declaredForDevelopment = (toml: Toml): string[] =>
  [...toml].flatMap(([table, keys]) => {
    if (table === "dependency-groups" || table === "project.optional-dependencies")
      return [...keys.values()].flatMap((value) => requirementsIn(quotedIn(value)));
    if (table === "tool.uv") return requirementsIn(quotedIn(keys.get("dev-dependencies")));
    return /^tool\.poetry\.(dev-dependencies|group\.[^.]+\.dependencies)$/.test(table)
      ? [...keys.keys()]
      : [];
  });

/** Sections of an INI file; indented lines go on with the key above. */
function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let keys = new Map<string, string>();
  let key = "";
  for (const line of linesOf(text)) {
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, name, value = ""] = /^([\w.-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) sections.set(section, (keys = new Map<string, string>()));
    else if (name !== undefined) keys.set((key = name), value);
    else if (/^\s+\S/.test(line) && key !== "") keys.set(key, `${keys.get(key) ?? ""}\n${line.trim()}`);
  }
  return sections;
}

type Ini = ReturnType<typeof parseIni>;

/** What runs a tool in the project's own environment. */
function runnerOf(folder: Folder, toml: Toml): string {
  const uses = (tool: string): boolean =>
    [...toml.keys()].some((table) => table === tool || table.startsWith(`${tool}.`));
  if (folder.has("poetry.lock") || uses("tool.poetry")) return "poetry run ";
  if (folder.has("uv.lock") || uses("tool.uv")) return "uv run ";
  if (folder.has("pdm.lock") || uses("tool.pdm")) return "pdm run ";
  if (folder.has("Pipfile")) return "pipenv run ";
  return uses("tool.hatch.envs") ? "hatch run " : "";
}

function commandsOf(folder: Folder, toml: Toml, setup: Ini, needed: ReadonlySet<string>): ProjectCommand[] {
  const runner = runnerOf(folder, toml);
  /** Where a tool is named: its table, its own file, a section of setup.cfg, a dependency. */
  const named = (tool: string, ...files: string[]): string | null => {
    const table = [...toml.keys()].find(
      (name) => name === `tool.${tool}` || name.startsWith(`tool.${tool}.`),
    );
    if (table !== undefined) return `pyproject.toml [${table}]`;
    const file = files.find((name) => folder.has(name));
    if (file !== undefined) return file;
    const section = [...setup.keys()].find(
      (name) => name === tool || name.startsWith(`${tool}:`) || name === `tool:${tool}`,
    );
    if (section !== undefined) return `setup.cfg [${section}]`;
    return needed.has(tool) ? `the dependency ${tool}` : null;
  };
  const module = (tool: string): string => (runner === "" ? `${PYTHON} -m ${tool}` : `${runner}${tool}`);
  const command = (does: ProjectCommand["does"], from: string | null, text: string): ProjectCommand[] =>
    from === null ? [] : [{ does, command: text, from }];
  const plain = (words: string): string =>
    runner === "" ? `${PYTHON} ${words}` : `${runner}python ${words}`;
  const tests = folder.find(/(^|\/)(test_[^/]*|[^/]*_test)\.py$/);
  const test = [
    ...command("test", named("pytest", "pytest.ini", "conftest.py"), module("pytest")),
    ...command("test", named("tox", "tox.ini"), "tox"),
    ...command("test", folder.has("manage.py") ? "manage.py" : null, plain("manage.py test")),
    ...command("test", tests, plain("-m unittest")),
  ].slice(0, 1);
  const types = [
    ...command("types", named("mypy", "mypy.ini"), module("mypy .")),
    ...command("types", named("pyright", "pyrightconfig.json"), `${runner}pyright`),
  ];
  const lint = [
    ...command("lint", named("ruff", "ruff.toml", ".ruff.toml"), module("ruff check .")),
    ...command("lint", named("flake8", ".flake8"), module("flake8")),
  ];
  const format = [
    ...command(
      "format",
      toml.has("tool.ruff.format") ? "pyproject.toml [tool.ruff.format]" : null,
      module("ruff format --check ."),
    ),
    ...command("format", named("black"), module("black --check .")),
  ];
  return [...test, ...types.slice(0, 1), ...lint.slice(0, 1), ...format.slice(0, 1)];
}

function shapeOf(toml: Toml, setup: Ini, needed: ReadonlySet<string>): Shape | null {
  if (SERVER.some((name) => needed.has(name))) return "service";
  const scripts = ["project.scripts", "tool.poetry.scripts"].some(
    (table) => (toml.get(table)?.size ?? 0) > 0,
  );
  if (scripts || setup.get("options.entry_points")?.has("console_scripts") === true) return "command line";
  const isPackage =
    toml.get("project")?.has("name") ??
    toml.get("tool.poetry")?.has("name") ??
    setup.get("metadata")?.has("name");
  return isPackage === true ? "library" : null;
}
