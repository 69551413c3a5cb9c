/** The terminal's entry. How the process is to run stands first, before anything large is loaded. */
import "./node/smallHeap.ts";
import { main } from "./terminal/main.ts";

process.exitCode = await main();
