// Exits 0 when the help is what test/help.expected.txt says.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const expected = readFileSync(new URL("test/help.expected.txt", root), "utf8");
const printed = execFileSync(process.execPath, [new URL("src/cli.js", root).pathname], { encoding: "utf8" });
if (printed !== expected) {
  console.error(`help differs.\nexpected:\n${expected}\nprinted:\n${printed}`);
  process.exit(1);
}
