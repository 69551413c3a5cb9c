/** The first rules file of each kind of project, in whole: read the snapshots. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { TriedCheck } from "../../src/core/order.ts";
import type { ProjectFacts } from "../../src/engine/ports.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { commandsToShow, rulesFor } from "../../src/node/rulesTemplate.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const facts = (more: Partial<ProjectFacts>): ProjectFacts => ({
  ...{ kinds: [], shape: "unknown", hasTests: true, commands: [] },
  ...{ scripts: {}, targets: [], dependencies: [], git: null, ...more },
});
const command = (does: ProjectFacts["commands"][number]["does"], text: string) => ({
  does,
  command: text,
  from: "",
});
const tried = (text: string, more: Partial<TriedCheck> = {}): TriedCheck => ({
  ...{ command: text, result: "pass", status: 0, why: "", ms: 3120, output: null, ...more },
});

const KINDS: [string, ProjectFacts, TriedCheck[]][] = [
  [
    "an npm library",
    facts({
      kinds: ["npm"],
      shape: "library",
      commands: [
        command("test", "npm test"),
        command("build", "npm run build"),
        command("start", "npm run start"),
        command("format", "npm run format"),
      ],
    }),
    [tried("npm test"), tried("npm run build", { result: "fail", status: 2, why: "error TS2304" })],
  ],
  [
    "a Python service",
    facts({
      kinds: ["python"],
      shape: "service",
      commands: [command("test", "poetry run pytest"), command("format", "poetry run black --check .")],
    }),
    [tried("poetry run pytest", { result: "unknown", status: null, why: "took longer than 120 s" })],
  ],
  [
    "a Go command line",
    facts({ kinds: ["go"], shape: "command line", commands: [command("test", "go test ./...")] }),
    [],
  ],
  [
    "a Rust library without tests",
    facts({ kinds: ["rust"], shape: "library", hasTests: false, commands: [command("test", "cargo test")] }),
    [tried("cargo test", { result: "fail", status: null })],
  ],
  [
    "a Java service",
    facts({ kinds: ["java"], shape: "service", commands: [command("test", "./mvnw test")] }),
    [],
  ],
  [
    "a web app and its service",
    facts({
      kinds: ["npm", "go"],
      shape: "web app",
      commands: [command("test", "npm test"), command("test", "cd server && go test ./...")],
    }),
    [],
  ],
  ["an extension", facts({ kinds: ["npm"], shape: "extension" }), []],
  ["nothing that is known", facts({ hasTests: false }), []],
];

test.each(KINDS)("%s", (_name, given, results) => expect(rulesFor(given, results)).toMatchSnapshot());

describe("whatever it is written for", () => {
  it.each(KINDS)("%s: guards can read it, and nothing is said twice", async (_name, given, results) => {
    const root = mkdtempSync(join(folder, "rules-"));
    mkdirSync(join(root, ".slicewise"));
    const text = rulesFor(given, results);
    writeFileSync(join(root, ".slicewise/rules.md"), text);
    const [rules] = await openOrderFiles(root, "x").teamRules();
    expect(rules?.problems).toBeUndefined();
    expect(rules?.enforced?.protect).toContain("LICENSE");
    expect(rules?.text).toBe(text.slice(text.indexOf("---\n", 4) + 4).trim());
    expect(text.length).toBeLessThan(3000);
  });

  it("shows each command once, the root's first, and not too many", () => {
    const many = Array.from({ length: 30 }, (_, n) => command("test", `cd p${n} && npm test`));
    const commands = [command("build", "make"), command("test", "make"), ...many];
    expect(commandsToShow({ commands }).map((one) => one.command)).toEqual([
      "make",
      ...many.slice(0, 7).map((one) => one.command),
    ]);
  });

  it("knows no kind by the name of an object's own parts", () => {
    expect(rulesFor(facts({ kinds: ["constructor", "__proto__"] }), [])).toContain("A project. Every slice");
  });
});
