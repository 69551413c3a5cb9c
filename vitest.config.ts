import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workbench/**", "**/node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for git and other programs: a second worker uses what the first leaves of two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
