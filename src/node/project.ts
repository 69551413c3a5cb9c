/** What kind of project the workspace is, read from its own files. */
import type { Project } from "../engine/ports.ts";

export const openProject = (_workspaceRoot: string): Project => ({
  facts: () =>
    Promise.resolve({
      kinds: [],
      shape: "unknown",
      hasTests: false,
      commands: [],
      scripts: {},
      targets: [],
      dependencies: [],
      git: null,
    }),
  programs: () => Promise.resolve(new Set()),
});
