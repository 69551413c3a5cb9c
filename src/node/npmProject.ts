/** package.json: scripts, package manager, workspaces, dependencies, and what kind of program it is. */
import { parse } from "yaml";
import type { ProjectCommand } from "../engine/ports.ts";
import {
  type Ecosystem,
  type Folder,
  type Json,
  type Shape,
  found,
  parseJson,
  recordOf,
  textsOf,
} from "./manifest.ts";

const RUNNERS: readonly { name: "npm" | "pnpm" | "yarn" | "bun"; locks: readonly string[] }[] = [
  { name: "pnpm", locks: ["pnpm-lock.yaml"] },
  { name: "yarn", locks: ["yarn.lock"] },
  { name: "bun", locks: ["bun.lock", "bun.lockb"] },
  { name: "npm", locks: ["package-lock.json", "npm-shrinkwrap.json"] },
];
type Runner = (typeof RUNNERS)[number]["name"];

/** Script names by what they are for, the most usual first. */
const SCRIPTS: Record<ProjectCommand["does"], readonly string[]> = {
  test: ["test", "tests", "test:unit", "unit"],
  build: ["build", "compile", "bundle"],
  lint: ["lint", "eslint"],
  types: ["typecheck", "type-check", "types", "check-types", "check:types", "tsc"],
  format: ["format:check", "check-format", "prettier:check", "fmt:check", "format", "fmt"],
  start: ["start", "dev", "serve"],
};

/** What `npm init` writes for a package without tests. */
const NO_TEST = /no test specified/;

const BROWSER = [
  "react-dom",
  "vue",
  "svelte",
  "@angular/core",
  "next",
  "nuxt",
  "solid-js",
  "preact",
  "lit",
  "astro",
];
const SERVER = [
  "express",
  "fastify",
  "koa",
  "@nestjs/core",
  "hono",
  "@hapi/hapi",
  "restify",
  "polka",
  "apollo-server",
];

export const npm: Ecosystem = async (folder, root) => {
  const json = parseJson(await folder.text("package.json"));
  if (json === null) return null;
  const scripts = Object.entries(recordOf(json["scripts"])).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && !NO_TEST.test(entry[1]),
  );
  const runner =
    runnerOf(json, folder) ?? runnerOf(parseJson(await root.text("package.json")), root) ?? "npm";
  const names = scripts.map(([name]) => name);
  return found("npm", {
    commands: commandsOf(runner, names),
    scripts: names,
    dependencies: ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap(
      (key) => Object.keys(recordOf(json[key])),
    ),
    shape: shapeOf(json, folder),
    members: [...workspacesOf(json), ...(await pnpmWorkspaces(folder))],
  });
};

function runnerOf(json: Json | null, folder: Folder): Runner | null {
  const named =
    typeof json?.["packageManager"] === "string" ? json["packageManager"].split("@")[0] : undefined;
  const runner =
    RUNNERS.find(({ name }) => name === named) ??
    RUNNERS.find(({ locks }) => locks.some((lock) => folder.has(lock)));
  return runner?.name ?? null;
}

function commandsOf(runner: Runner, scripts: readonly string[]): ProjectCommand[] {
  return Object.entries(SCRIPTS).flatMap(([does, names]): ProjectCommand[] => {
    const script = names.find((name) => scripts.includes(name));
    if (script === undefined) return [];
    const command = script === "test" && runner !== "bun" ? `${runner} test` : `${runner} run ${script}`;
    return [{ does: does as ProjectCommand["does"], command, from: `package.json scripts.${script}` }];
  });
}

function workspacesOf({ workspaces }: Json): string[] {
  return Array.isArray(workspaces) ? textsOf(workspaces) : textsOf(recordOf(workspaces)["packages"]);
}

async function pnpmWorkspaces(folder: Folder): Promise<string[]> {
  const text = await folder.text("pnpm-workspace.yaml");
  if (text === null) return [];
  try {
    return textsOf(recordOf(parse(text, { maxAliasCount: 0, logLevel: "error" }))["packages"]);
  } catch {
    return []; // yaml's way to say that it is none
  }
}

/** `npm init` writes "main" into every package, so it says little; these are written by who publishes. */
const PUBLISHED = ["exports", "module", "types", "typings", "files", "publishConfig"];

function shapeOf(json: Json, folder: Folder): Shape | null {
  const needs = Object.keys(recordOf(json["dependencies"]));
  const isOurs = json["private"] === true || !PUBLISHED.some((key) => json[key] !== undefined);
  if (recordOf(json["engines"])["vscode"] !== undefined) return "extension";
  if (isOurs && BROWSER.some((name) => needs.includes(name))) return "web app";
  if (isOurs && SERVER.some((name) => needs.includes(name))) return "service";
  if (json["bin"] !== undefined) return "command line";
  if (folder.has("index.html")) return "web app";
  return json["private"] !== true && (!isOurs || json["main"] !== undefined) ? "library" : null;
}
