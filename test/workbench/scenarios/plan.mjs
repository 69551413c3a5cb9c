// A plan until it is right: its task files edited, a problem at its line with a quick fix, changes asked for in words, the
// amendment looked at as a diff, approved, done.
import { strict as assert } from "node:assert";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { answerInput, editorTab, runCommand, seeText, setTheme, shoot, showSidebar } from "../drive.mjs";
import { MODEL_ENV, sampleOf, startModel } from "../model.mjs";

const GOAL = "Document how notes are listed";
const WORDS = "Say in the README who the page is for, and keep a change log.";
const PATIENCE = 60_000;
const SIZE = { width: 1280, height: 800 };

const task = (id, title, needs, reads, writes, check, body) => ({
  ...{ id, title, class: "C1", needs, reads, writes, consumes: [], produces: [], minutes: 20 },
  ...{ checks: [{ kind: "run", text: check, before: "fail" }], body },
});
const PAGE = task(
  ...["01", "Write the usage page", [], ["src/help.js"], ["docs/usage.md"], "grep -q limit docs/usage.md"],
  "Write docs/usage.md: what `notes list` prints, and its flags.",
);
const LINK = task(
  ...[
    "02",
    "Point to the usage page",
    ["01"],
    ["docs/usage.md"],
    ["README.md"],
    "grep -q usage.md README.md",
  ],
  "Add a line to README.md that points to docs/usage.md.",
);
const PLAN = {
  ...{ context: "A small notebook.", invariants: [], nonGoals: [], decisions: [], rejected: [], rules: [] },
  ...{
    assumptions: ["The page is for people who use the command line."],
    functions: [],
    slices: [PAGE, LINK],
  },
};
const WHO = "Say in that line that it is for people who use the command line.";
const AMENDMENT = {
  ...{
    why: "The README must say who the page is for, and changes are to be kept.",
    dropped: [],
    rejected: [],
  },
  ...{ decisions: ["Changes are kept in CHANGES.md."], functions: [] },
  slices: [
    { ...LINK, title: "Point its readers to the usage page", body: `${LINK.body} ${WHO}` },
    task(
      ...["03", "Begin a change log", ["01"], ["docs/usage.md"], ["CHANGES.md"], "grep -q usage CHANGES.md"],
      "Write CHANGES.md with one line about the usage page.",
    ),
  ],
  reasons: [
    { slice: "02", why: "It says now who the page is for." },
    { slice: "03", why: "The change log was asked for." },
  ],
};
const LINE = "A small command-line notebook.";
const call = (name, args) => [{ name, args }];
/** What each executor does, turn by turn; then it finishes. */
const WORK = {
  "01": [call("write", { path: "docs/usage.md", text: "# notes list\n\n--limit N shows the last N.\n" })],
  "02": [
    call("read", { path: "README.md", from: null, to: null }),
    call("edit", {
      path: "README.md",
      edits: [{ old: LINE, new: `${LINE} For people who use the command line: docs/usage.md.` }],
    }),
  ],
  "03": [call("write", { path: "CHANGES.md", text: "# Changes\n\n- The usage page.\n" })],
};

/** @param {import("../../../src/providers/scripted.ts").ScriptRequest} request */
function reply({ toolNames, messages }) {
  const told = messages
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join("\n");
  if (toolNames.includes("propose_plan"))
    return {
      text: "I have read enough.",
      calls: call("propose_plan", told.includes(WORDS) ? AMENDMENT : PLAN),
    };
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const id = /^# Task (\S+):/m.exec(told)?.[1] ?? "";
  return { calls: WORK[id]?.[turn] ?? call("finish", { done: "Written.", learned: "", blocked: null }) };
}

const model = await startModel(reply);

/** @param {string} workspace */
function orderIn(workspace) {
  const orders = path.join(workspace, ".slicewise/orders");
  const folder = path.join(orders, readdirSync(orders)[0] ?? "");
  const log = path.join(folder, "log.jsonl");
  const events = () =>
    readFileSync(log, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const fileOf = (id) => {
    const name = readdirSync(path.join(folder, "tasks")).find((one) => one.startsWith(id));
    return path.join(folder, "tasks", name ?? "");
  };
  return { folder, events, fileOf };
}

/** @param {() => unknown} ready may be a promise @param {string} what */
async function until(ready, what) {
  const deadline = Date.now() + PATIENCE;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const NEEDS = /^needs: .*$/m;
const FINDING = "reads docs/usage.md";

/** @type {import("../ui.mjs").Scenario} */
export default {
  fill: sampleOf(model, { autonomy: "supervised" }),
  env: MODEL_ENV,
  run: async ({ lab, page, step }) => {
    const workspace = lab.home.workspace;
    let view = await showSidebar(page);
    const marker = page.locator(".markers-panel .monaco-list-row", { hasText: FINDING }).first();

    await step("a plan comes to its gate", async () => {
      await setTheme(page, "dark");
      await runCommand(page, "Slicewise: Plan Work Order…");
      await answerInput(page, GOAL);
      view = await showSidebar(page, "Plan gate");
      await seeText(view, "Point to the usage page");
    });

    await step(
      "a task file is edited: its finding is a problem at file and line, and stands at the gate",
      async () => {
        const file = orderIn(workspace).fileOf("02");
        writeFileSync(file, readFileSync(file, "utf8").replace(NEEDS, "needs: []        # mine"));
        await runCommand(page, "Problems: Focus on Problems View");
        await marker.waitFor({ timeout: PATIENCE });
        await seeText(view, new RegExp(FINDING));
        await marker.dblclick();
        await editorTab(page, /02-point/);
        await runCommand(page, "View: Focus Active Editor Group");
      },
    );

    await step("its quick fix mends the file, keeps the comment, and the gate is clear again", async () => {
      const offered = page.locator(".action-widget").getByText("Let 02 wait for 01");
      // VS Code may answer before it has asked every extension about a file that was just opened.
      await until(async () => {
        await page.keyboard.press("Control+.");
        return offered.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      }, "the quick fix is offered");
      await shoot(page, "plan-quick-fix-dark");
      await page.keyboard.press("Enter");
      await marker.waitFor({ state: "detached", timeout: PATIENCE });
      assert.equal(await page.locator(".notifications-toasts .codicon-error").count(), 0);
      await view.getByText(new RegExp(FINDING)).first().waitFor({ state: "detached", timeout: PATIENCE });
      assert.match(readFileSync(orderIn(workspace).fileOf("02"), "utf8"), /^needs: \["01"\] {8}# mine$/m);
    });

    await step("changes are asked for in words: the amended plan waits at its gate", async () => {
      await runCommand(page, "Slicewise: Ask for Changes…");
      await answerInput(page, WORDS);
      view = await showSidebar(page, "Begin a change log");
      await until(
        () =>
          orderIn(workspace)
            .events()
            .some(({ type, by }) => type === "amended" && by === "planner"),
        "the amendment is in the log",
      );
    });

    await step("the amendment is shown as a diff of the task files", async () => {
      await runCommand(page, "Slicewise: Show Plan Changes");
      await editorTab(page, /Plan amended/);
      await page.locator(".monaco-diff-editor").first().waitFor();
      await seeText(page, "Point its readers to the usage page");
      view = await showSidebar(page);
      await page.mouse.move(SIZE.width / 2, SIZE.height - 5);
      await shoot(page, "plan-amended-dark");
    });

    await step("approved, it runs to its end", async () => {
      await view
        .getByRole("button", { name: "Approve Plan", exact: true })
        .first()
        .click({ timeout: PATIENCE });
      await until(
        () =>
          orderIn(workspace)
            .events()
            .some(({ type }) => type === "ended"),
        "the order ends",
      );
      assert.equal(
        orderIn(workspace)
          .events()
          .filter(({ type }) => type === "landed").length,
        3,
      );
      assert.ok(existsSync(path.join(workspace, "CHANGES.md")));
    });

    await step("every request was one a vendor takes", async () => {
      assert.deepEqual(model.violations(), []);
      await model.close();
    });
  },
};
