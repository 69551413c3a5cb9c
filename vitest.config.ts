import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workbench/**", "**/node_modules/**"],
    // Most of the time is git's and that of other programs: with a core left free, as is the default, it takes a tenth longer on two.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
