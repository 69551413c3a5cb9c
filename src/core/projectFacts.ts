/** What is known of a project before anybody works on it, as data. */

/** A command the project itself names; `from` says where: "package.json scripts.test", "Makefile". */
export type ProjectCommand = {
  does: "test" | "build" | "lint" | "types" | "format" | "start";
  command: string;
  from: string;
};
export type ProjectFacts = {
  /** Ecosystems found at the root or one level below: npm, python, go, rust, java, … */
  kinds: string[];
  shape: "library" | "service" | "web app" | "extension" | "command line" | "unknown";
  hasTests: boolean;
  commands: ProjectCommand[];
  /** Names a command may refer to: package scripts by folder ("" is the root), make targets. */
  scripts: Readonly<Record<string, readonly string[]>>;
  targets: readonly string[];
  /** Declared dependencies of all kinds, by name. */
  dependencies: readonly string[];
  git: { branch: string | null; commit: string | null; changed: number; recent: string[] } | null;
};
