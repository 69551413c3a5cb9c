// One order of the sample, answered by the recorded demo model, through the extension's own commands: planned, approved, run,
// reviewed, landed into open and unsaved editors. What happened is read from the order's log.
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const STEP_MS = 40_000;
const MINE = "// mine, unsaved\n";

suite("order", function () {
  this.timeout(STEP_MS + 5_000);

  const root = () => vscode.workspace.workspaceFolders[0].uri.fsPath;
  const orders = () => path.join(root(), ".slicewise/orders");
  const run = (name, ...args) => vscode.commands.executeCommand(`slicewise.${name}`, ...args);
  const text = (file) => fs.readFileSync(path.join(root(), file), "utf8");
  const git = (...args) => execFileSync("git", args, { cwd: root(), encoding: "utf8" });

  /** The events of the log, oldest first. */
  function events() {
    const [order] = fs.existsSync(orders()) ? fs.readdirSync(orders()) : [];
    const log = order && path.join(orders(), order, "log.jsonl");
    if (!log || !fs.existsSync(log)) return [];
    const lines = fs.readFileSync(log, "utf8").split("\n").slice(1, -1);
    return lines.map((line) => JSON.parse(line));
  }

  const event = (type, slice) =>
    events().findLast((one) => one.type === type && (!slice || one.slice === slice));

  /** Polls until `ready` answers something; the log's end is told when it does not in time. */
  async function until(what, ready) {
    const deadline = Date.now() + STEP_MS;
    for (;;) {
      const found = await ready();
      if (found) return found;
      if (Date.now() > deadline) {
        const last = events()
          .slice(-8)
          .map((one) => JSON.stringify(one).slice(0, 300));
        assert.fail(`not within ${STEP_MS / 1000} s: ${what}. The log ends with\n${last.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const passed = (slice) =>
    until(
      `slice ${slice} passes its checks`,
      () => event("judged", slice)?.verdict.result === "pass" && event("judged", slice),
    );

  const documentOf = (sha, name) =>
    vscode.workspace.openTextDocument(
      vscode.Uri.from({
        scheme: "slicewise",
        path: `/${name}`,
        query: `${fs.readdirSync(orders())[0]}/${sha}`,
      }),
    );

  const loaded = (name) => Object.keys(require.cache).filter((file) => path.basename(file) === name);

  // VS Code in a browser saves by itself a second after typing.
  suiteSetup(() =>
    vscode.workspace.getConfiguration("files").update("autoSave", "off", vscode.ConfigurationTarget.Global),
  );

  test("is planned from the goal in the input box", async () => {
    void run("plan");
    await until("the order is made", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return fs.existsSync(orders()) && fs.readdirSync(orders()).length > 0;
    });
    await until("the plan is checked", () => event("criticised"));
    assert.strictEqual(event("planned").slices.length, 6);
  });

  test("nothing of a vendor was loaded, the engine was", () => {
    assert.deepStrictEqual([...loaded("vendor-openai.cjs"), ...loaded("vendor-anthropic.cjs")], []);
    assert.strictEqual(loaded("editor.cjs").length, 1);
  });

  test("runs only after the plan is approved", async () => {
    assert.strictEqual(event("attempted"), undefined);
    await run("approvePlan");
    await until("a slice is attempted", () => event("attempted"));
    assert.strictEqual(event("planApproved").by, "user");
  });

  test("shows both sides of a change as read-only documents", async () => {
    await passed("01");
    const { patch } = event("produced", "01");
    const change = patch.find((one) => one.path === "src/flags.js");
    const document = await documentOf(change.after, "src/flags.js");
    assert.match(document.getText(), /export function parseFlags/);
    assert.strictEqual(document.languageId, "javascript");
    const briefing = await documentOf(event("attempted", "01").briefing, "briefing.md");
    assert.match(briefing.getText(), /# Task 01: Parse the flags of list/);
  });

  test("refuses documents that are no blobs of an order", async () => {
    const bad = vscode.Uri.from({ scheme: "slicewise", path: "/x", query: "../../../etc/passwd" });
    await assert.rejects(async () => vscode.workspace.openTextDocument(bad));
  });

  test("opens the changes of a slice in the multi-diff editor", async () => {
    await run("review", "01");
    const tab = await until("the editor opens", () => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.match(tab.label, /^01 Parse the flags of list/);
  });

  test("copies a briefing", async () => {
    await run("copyBriefing", "01");
    assert.match(await vscode.env.clipboard.readText(), /# Task 01/);
  });

  test("lands new files when a slice is approved", async () => {
    await run("approve", "01");
    const landed = await until("slice 01 lands", () => event("landed", "01"));
    assert.strictEqual(landed.into, "workspace");
    assert.match(text("src/flags.js"), /parseFlags/);
    const branch = git("for-each-ref", "--format=%(refname:short)", "refs/heads/slicewise/").trim();
    assert.match(git("log", "-1", "--format=%B", branch), /Slicewise-Slice: 01/);
    assert.strictEqual(git("rev-parse", "--abbrev-ref", "HEAD").trim(), "main");
    assert.strictEqual(git("diff", "--cached", "--name-only"), "");
  });

  test("merges with unsaved edits, and leaves them unsaved", async () => {
    await passed("03");
    const file = "src/format.js";
    const onDisk = text(file);
    const document = await vscode.workspace.openTextDocument(path.join(root(), file));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(document.lineCount, 0), MINE));
    await run("approve", "03");
    await until("slice 03 lands", () => event("landed", "03"));
    assert.ok(document.isDirty);
    assert.strictEqual(text(file), onDisk);
    assert.ok(document.getText().endsWith(MINE));
    assert.match(document.getText(), /JSON\.stringify/);
  });

  test("is one step of undo in the editor", async () => {
    const document = vscode.window.activeTextEditor.document;
    await vscode.commands.executeCommand("undo");
    assert.doesNotMatch(document.getText(), /JSON\.stringify/);
    assert.ok(document.getText().endsWith(MINE));
    await vscode.commands.executeCommand("redo");
    assert.match(document.getText(), /JSON\.stringify/);
    assert.ok(await document.save());
  });

  test("lands a slice that was approved later", async () => {
    await passed("02");
    await run("approve", "02");
    await until("slice 02 lands", () => event("landed", "02"));
    assert.match(text("src/select.js"), /select/);
  });

  test("runs to its end when every slice is approved", async function () {
    this.timeout(2 * STEP_MS);
    await until("the order ends", async () => {
      const waiting = events().filter(({ type, verdict }) => type === "judged" && verdict.result === "pass");
      const open = waiting.find(({ slice }) => !event("landed", slice) && !event("approved", slice));
      if (open) await run("approve", open.slice);
      return event("ended");
    });
    assert.ok(text("src/format.js").endsWith(MINE));
    assert.strictEqual(events().filter(({ type }) => type === "landed").length, 6);
  });
});
