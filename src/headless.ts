/** The terminal's entry: how the process is to run stands here, before anything else is loaded. */
import { setFlagsFromString } from "node:v8";

// We mostly wait; a young generation that stays small costs no time and saves several megabytes.
setFlagsFromString("--semi-space-growth-factor=1");

const { main } = await import("./terminal/main.ts");
process.exitCode = await main();
