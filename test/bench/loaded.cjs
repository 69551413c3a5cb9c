// Runs inside the extension host: opens the sidebar, then writes down which files of the extension Node has loaded.
const { writeFileSync } = require("node:fs");
const { _cache } = require("node:module");
const path = require("node:path");
const vscode = require("vscode");

exports.run = async function run() {
  const extension = vscode.extensions.getExtension("slicewise.slicewise");
  await vscode.commands.executeCommand("workbench.view.extension.slicewise");
  await extension.activate();
  const dist = path.join(extension.extensionPath, "dist") + path.sep;
  const ours = Object.keys(_cache).filter((file) => file.startsWith(dist));
  writeFileSync(process.env.SLICEWISE_BENCH_LOADED, JSON.stringify(ours));
};
