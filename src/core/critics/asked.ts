/** What checks start: programs, files, package scripts, make targets and verification functions that must be there. */
import { isUnstartable } from "../commandRuns.ts";
import type { Finding } from "../order.ts";
import type { Started } from "./commands.ts";
import type { Ground } from "./ground.ts";
import { type Requirement, unique } from "./requirements.ts";
import { isEscaping } from "./structure.ts";
import { type Wanted, wantedBy } from "./wanted.ts";
import { writersBelow, writersOf, writersOfEnding } from "./writeSets.ts";

export function asked(ground: Ground): Requirement[] {
  const { facts, open, started: startedIn } = ground;
  if (facts === null) return [];
  return open.flatMap(({ at, slice }) =>
    slice.checks.flatMap((check, place): Requirement[] => {
      if ("script" in check) return functionOf(ground, at, check.script, place);
      if (!("run" in check) || ground.tried(check.run)?.result === "pass") return [];
      const before = ground.tried(check.run);
      const wasFound = typeof before?.status === "number" && !isUnstartable(before.status);
      return startedIn(check.run).flatMap((started, step, all) =>
        wantedBy(started)
          .filter(({ what }) => !(what === "program" && wasFound))
          .flatMap((wanted) => {
            const isCertain =
              !check.run.includes("||") && !(isMade(wanted) && isAfterWork(all.slice(0, step)));
            return wantedRequirement(ground, at, wanted, place, isCertain ? "error" : "warning");
          }),
      );
    }),
  );
}

/** What a command before it in the line may have made. */
const isMade = ({ what }: Wanted): boolean => what === "file" || what === "folder" || what === "target";
const isAfterWork = (earlier: readonly Started[]): boolean =>
  earlier.some(({ program }) => !/^(test|\[|echo|printf|export|set|true|:)$/.test(program));

function functionOf({ facts, slices }: Ground, at: number, path: string, place: number): Requirement[] {
  const name = path.replace(/^(\.\/)+/, "");
  if (isEscaping(path) || (facts?.functions ?? []).includes(name)) return [];
  const message = `Slice ${slices[at]?.id ?? ""} is checked by ${path}, which was not written.`;
  const remedy = "Write the verification function, or name one that exists.";
  const missing = { severity: "error" as const, message, remedy };
  return [
    {
      at,
      key: `checks.${place}.script`,
      kind: "check",
      what: path,
      providers: [],
      isThere: false,
      severity: "error",
      missing,
      files: [],
    },
  ];
}

function wantedRequirement(
  ground: Ground,
  at: number,
  wanted: Wanted,
  place: number,
  severity: Finding["severity"],
): Requirement[] {
  const lack = lackOf(ground, wanted);
  if (lack === null) return [];
  const id = ground.idOf(at);
  const missing = { severity, message: `A check of slice ${id} ${lack.message}`, remedy: lack.remedy };
  return [
    {
      at,
      key: `checks.${place}.run`,
      kind: "check",
      what: lack.what,
      providers: lack.providers,
      isThere: false,
      severity,
      missing,
      files: lack.files,
    },
  ];
}

type Lack = { what: string; providers: number[]; message: string; remedy: string; files: string[] };

/** Null when the base tree has it, or nothing can be said. */
function lackOf(ground: Ground, wanted: Wanted): Lack | null {
  switch (wanted.what) {
    case "program":
      if (ground.facts?.programs.has(wanted.name) ?? true) return null;
      return {
        what: wanted.name,
        providers: [],
        message: `starts ${wanted.name}, which was not found on PATH.`,
        remedy: "Install it, or check with a command that this machine has.",
        files: [],
      };
    case "file":
      return lackOfFile(ground, wanted);
    case "folder":
      if (ground.base?.has(wanted.path) ?? true) return null;
      return {
        what: wanted.path,
        providers: writersBelow(ground.writeSets, wanted.path),
        message: `tests ${wanted.path}, which does not exist and no slice writes.`,
        remedy: "Correct the path.",
        files: [wanted.path],
      };
    case "script":
      return lackOfScript(ground, wanted);
    case "target":
      return lackOfTarget(ground, wanted.name);
  }
}

function lackOfFile({ base, writeSets }: Ground, wanted: Extract<Wanted, { what: "file" }>): Lack | null {
  const { path, name, isWhole } = wanted;
  if (base === null || base.has(path) || (!isWhole && base.endingWith(name) !== null)) return null;
  const exact = writersOf(writeSets, path);
  return {
    what: path,
    providers: isWhole || exact.length > 0 ? exact : writersOfEnding(writeSets, name),
    message: `starts ${path}, which does not exist and no slice writes.`,
    remedy: "Let a slice write it, or correct the path.",
    files: [path],
  };
}

function lackOfScript(
  { facts, base, writeSets }: Ground,
  wanted: Extract<Wanted, { what: "script" }>,
): Lack | null {
  const { name } = wanted;
  if (facts === null || base === null) return null;
  const manifest = (folder: string): string => (folder === "" ? "package.json" : `${folder}/package.json`);
  const upward = wanted.folder.split("/").map((_, at, parts) => parts.slice(0, parts.length - at).join("/"));
  const folders = unique([...upward, ""]);
  const folder = folders.find((one) => Object.hasOwn(facts.scripts, one) || base.isFile(manifest(one)));
  if (folder === undefined)
    return {
      what: "package.json",
      providers: unique(folders.flatMap((one) => writersOf(writeSets, manifest(one)))),
      message: `runs the package script ${name}, and there is no package.json.`,
      remedy: "Check with a command of this project.",
      files: ["package.json"],
    };
  const known = Object.hasOwn(facts.scripts, folder) ? facts.scripts[folder] : undefined;
  if (known === undefined || known.includes(name)) return null;
  const others = known.length === 0 ? "It has none." : `It has ${known.slice(0, 12).join(", ")}.`;
  return {
    what: `the script ${name}`,
    providers: writersOf(writeSets, manifest(folder)),
    message: `runs the script ${name}, which ${manifest(folder)} does not have.`,
    remedy: `Name a script that is there, or let a slice add it. ${others}`,
    files: [manifest(folder)],
  };
}

const MAKEFILES = ["Makefile", "makefile", "GNUmakefile"];

function lackOfTarget({ facts, base, writeSets }: Ground, name: string): Lack | null {
  if (facts === null || base === null) return null;
  const file = MAKEFILES.find((one) => base.isFile(one));
  const providers = unique(MAKEFILES.flatMap((one) => writersOf(writeSets, one)));
  if (file === undefined)
    return {
      what: "a Makefile",
      providers,
      message: "runs make, and there is no Makefile.",
      remedy: "Check with a command of this project.",
      files: ["Makefile"],
    };
  // Targets may come from included files, and a file is its own target.
  if (name === "" || facts.targets.includes(name) || base.isFile(name) || (base.count("**/*.mk", 1) ?? 1) > 0)
    return null;
  return {
    what: `the target ${name}`,
    providers,
    message: `makes ${name}, which is no target of ${file}.`,
    remedy: `Name a target that is there, or let a slice add it. It has ${facts.targets.slice(0, 12).join(", ") || "none"}.`,
    files: [file],
  };
}
