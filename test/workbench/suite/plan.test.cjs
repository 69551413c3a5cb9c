// The plan gate in the files: an order written by hand is opened; its findings are problems at file, line and key, with quick
// fixes; edits are taken in at once; a half-saved file is a problem at its line and nothing is lost.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const STEP_MS = 40_000;
const ID = "2026-11-21-by-hand";
const TASKS = {
  "01-page.md": `---
id: "01"
title: Write the page
class: C1
writes: [docs/page.md]
checks:
  - run: grep -q limit docs/page.md # one word is enough
    before: fail
---
Write the page.
`,
  "02-link.md": `---
id: "02"
title: Link the page
class: C1
needs: [] # none yet
reads: [docs/page.md]
writes: [README.md]
checks:
  - run: grep -q page.md README.md
    before: fail
---
Link it.
`,
  "03-more.md": `---
id: "03"
title: One more page
class: C1
needs: ["02"]
writes: [docs/more.md]
checks:
  - run: grep -q more docs/more.md
    before: fail
---
Write it.
`,
};

suite("plan", function () {
  this.timeout(STEP_MS + 5_000);

  const root = () => vscode.workspace.workspaceFolders[0].uri.fsPath;
  const folder = () => path.join(root(), ".slicewise/orders", ID);
  const file = (name) => path.join(folder(), "tasks", name);
  const run = (name, ...args) => vscode.commands.executeCommand(`slicewise.${name}`, ...args);
  const text = (name) => fs.readFileSync(file(name), "utf8");

  function events() {
    const log = path.join(folder(), "log.jsonl");
    if (!fs.existsSync(log)) return [];
    const lines = fs.readFileSync(log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }
  const last = (type) => events().findLast((one) => one.type === type);

  async function until(what, ready) {
    const deadline = Date.now() + STEP_MS;
    for (;;) {
      const found = await ready();
      if (found) return found;
      if (Date.now() > deadline) {
        const end = events()
          .slice(-6)
          .map((one) => JSON.stringify(one).slice(0, 300));
        const shown = vscode.languages
          .getDiagnostics()
          .map(([uri, all]) => `${uri.path}: ${all.map(lineOf).join("; ")}`);
        assert.fail(
          `not within ${STEP_MS / 1000} s: ${what}. Problems:\n${shown.join("\n")}\nThe log ends with\n${end.join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const SEVERITIES = ["error", "warning"];
  const lineOf = ({ range, severity, code, message }) =>
    `${range.start.line + 1}:${range.start.character}-${range.end.character} ${SEVERITIES[severity]} (${code}) ${message}`;
  /** Our problems of a task file, each as one line. */
  const problems = (name) =>
    vscode.languages
      .getDiagnostics(vscode.Uri.file(file(name)))
      .filter(({ source }) => source === "Slicewise")
      .map(lineOf);
  const conflict = () => problems("02-link.md").find((line) => line.includes("(resolve conflicts)"));

  suiteSetup(async () => {
    await vscode.workspace
      .getConfiguration("files")
      .update("autoSave", "off", vscode.ConfigurationTarget.Global);
    fs.mkdirSync(path.join(folder(), "tasks"), { recursive: true });
    fs.writeFileSync(path.join(folder(), "order.md"), "Document the list.\n");
    for (const [name, content] of Object.entries(TASKS)) fs.writeFileSync(file(name), content);
  });

  test("a finding is a problem at file, line and key", async () => {
    await run("resume", ID);
    const line = await until("the finding is a problem", conflict);
    // The value of `needs`, not the whole line.
    assert.match(line, /^5:7-9 (warning|error) \(resolve conflicts\) .*docs\/page\.md/);
    assert.deepStrictEqual(problems("01-page.md"), []);
  });

  test("its quick fix is an edit that keeps everything else, and the plan is checked again", async () => {
    const uri = vscode.Uri.file(file("02-link.md"));
    const before = events().length;
    await vscode.window.showTextDocument(uri);
    const range = new vscode.Range(4, 7, 4, 9);
    // VS Code may answer before it has asked every extension about a document that was just opened.
    const action = await until("the fix is offered", async () => {
      const actions = await vscode.commands.executeCommand(
        "vscode.executeCodeActionProvider",
        ...[uri, range, vscode.CodeActionKind.QuickFix.value, 5],
      );
      return actions.find(({ title }) => title === "Let 02 wait for 01");
    });
    assert.ok(action.isPreferred);
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    await vscode.commands.executeCommand(action.command.command);
    await until("the edit is in the log", () =>
      events()
        .slice(before)
        .some(({ type }) => type === "amended"),
    );
    assert.strictEqual(text("02-link.md"), TASKS["02-link.md"].replace("needs: []", 'needs: ["01"]'));
    await until("the problem is gone", () => !conflict());
    assert.deepStrictEqual(
      last("amended").changed.map(({ slice }) => slice.needs),
      [["01"]],
    );
  });

  test("what another program writes is taken in at once", async () => {
    fs.writeFileSync(file("02-link.md"), TASKS["02-link.md"]);
    await until("the finding is back", conflict);
  });

  test("a half-saved file is a problem at its line, and nothing is lost", async () => {
    const before = events().length;
    fs.writeFileSync(file("01-page.md"), TASKS["01-page.md"].replace("class: C1", "class: C9"));
    const line = await until("the problem is shown", () => problems("01-page.md")[0]);
    assert.match(line, /^4:7-9 error \(task file\) .*C1, C2, C3, C4/);
    fs.writeFileSync(file("01-page.md"), TASKS["01-page.md"]);
    await until("it is gone again", () => problems("01-page.md").length === 0 && conflict());
    assert.deepStrictEqual(
      events()
        .slice(before)
        .flatMap(({ dropped = [] }) => dropped),
      [],
    );
  });

  test("what is unsaved is saved before the plan is checked", async () => {
    const document = await vscode.workspace.openTextDocument(file("01-page.md"));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.replace(new vscode.Range(2, 7, 2, 21), "Write one page"));
    assert.ok(document.isDirty);
    await run("checkPlan");
    assert.ok(!document.isDirty);
    const titles = () => last("amended").changed.map(({ slice }) => slice.title);
    await until("the new title is in the log", () => titles().includes("Write one page"));
  });

  test("the sidebar's fix does what the light bulb does", async () => {
    await run("fix", { do: "drop", slice: "02" });
    await until("the slice is dropped", () =>
      events().some(({ dropped = [] }) => dropped.some(({ slice }) => slice === "02")),
    );
    assert.ok(!fs.existsSync(file("02-link.md")));
    assert.strictEqual(text("03-more.md"), TASKS["03-more.md"].replace('["02"]', "[]"));
  });

  test("a line of a file of the workspace is shown, and of no other", async () => {
    await run("openAt", ".slicewise/orders/" + ID + "/tasks/03-more.md", 5);
    const { document, selection } = vscode.window.activeTextEditor;
    assert.strictEqual(document.uri.fsPath, file("03-more.md"));
    assert.strictEqual(selection.start.line, 4);
    await run("openAt", "../../etc/passwd", 1);
    assert.strictEqual(vscode.window.activeTextEditor.document.uri.fsPath, file("03-more.md"));
  });

  test("the problems go with the order", async () => {
    fs.writeFileSync(file("01-page.md"), TASKS["01-page.md"].replace("class: C1", "class: C9"));
    await until("the problem is shown", () => problems("01-page.md")[0]);
    const other = path.join(root(), ".slicewise/orders/2026-11-21-other");
    fs.mkdirSync(path.join(other, "tasks"), { recursive: true });
    fs.writeFileSync(path.join(other, "order.md"), "Write a page.\n");
    fs.writeFileSync(path.join(other, "tasks/01-page.md"), TASKS["01-page.md"]);
    await run("resume", path.basename(other));
    await until("it is gone", () => problems("01-page.md").length === 0);
  });

  test("an order begun by hand is completed by the planner; its words stay", async () => {
    const begun = path.join(root(), ".slicewise/orders/2026-11-21-begun");
    const scope = "## Non-goals\n- No colours.\n";
    fs.mkdirSync(begun, { recursive: true });
    fs.writeFileSync(path.join(begun, "order.md"), "Add --limit, --sort and --json to `notes list`.\n");
    fs.writeFileSync(path.join(begun, "scope.md"), scope);
    await run("completePlan", path.basename(begun));
    const log = path.join(begun, "log.jsonl");
    await until(
      "the plan is complete",
      () => fs.existsSync(log) && fs.readFileSync(log, "utf8").includes('"type":"planned"'),
    );
    assert.strictEqual(fs.readdirSync(path.join(begun, "tasks")).length, 6);
    assert.match(fs.readFileSync(path.join(begun, "scope.md"), "utf8"), /No colours\.[^]*## Assumptions/);
  });

  test("rules are begun from what the project is, and never overwritten", async () => {
    const file = path.join(root(), ".slicewise/rules.md");
    await run("initRules");
    const shown = () => vscode.window.activeTextEditor?.document.uri.fsPath === file;
    await until("the rules are shown", shown);
    assert.match(vscode.window.activeTextEditor.document.getText(), /npm test|node --test/);
    fs.writeFileSync(file, "- Mine.\n");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await run("initRules");
    await until("they are shown again", shown);
    assert.strictEqual(fs.readFileSync(file, "utf8"), "- Mine.\n");
  });
});
