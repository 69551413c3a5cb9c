// Writes what the help prints now into test/help.expected.txt. For people: it makes the check pass whatever it prints.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const printed = execFileSync(process.execPath, [new URL("src/cli.js", root).pathname], { encoding: "utf8" });
writeFileSync(new URL("test/help.expected.txt", root), printed);
