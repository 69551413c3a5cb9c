// The whole job as a person does it: plan from the palette, approve the plan, watch, open a diff, approve, reject with a
// reason, rerun on a higher tier, reload the window in mid-run, find everything again, and land the rest.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import {
  answerInput,
  editorTab,
  pickItem,
  reloadWindow,
  runCommand,
  seeText,
  shoot,
  shootThemes,
  showSidebar,
} from "../drive.mjs";
import { makeSample } from "../sample.mjs";

const GOAL =
  "Add --limit, --sort and --json to `notes list`, and bring the help up to date (test/help.expected.txt says what it must print)";
const REASON = "Say in the comment that the list is copied.";
const PATIENCE = 60_000;

/** The order's log, as another tool would read it. @param {string} workspace */
function eventsOf(workspace) {
  const orders = path.join(workspace, ".slicewise/orders");
  const [id] = existsSync(orders) ? readdirSync(orders) : [];
  const file = id ? path.join(orders, id, "log.jsonl") : "";
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(1, -1);
  return lines.map((line) => JSON.parse(line));
}

/** @param {() => boolean} ready @param {string} what */
async function until(ready, what) {
  const deadline = Date.now() + PATIENCE;
  while (!ready()) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {import("playwright-core").Frame} view @param {string} name */
const press = (view, name) =>
  view.getByRole("button", { name, exact: true }).first().click({ timeout: PATIENCE });

/** @type {import("../ui.mjs").Scenario} */
export default {
  fill: makeSample,
  run: async ({ lab, page, step }) => {
    const workspace = lab.home.workspace;
    const events = () => eventsOf(workspace);
    const has = (type, slice, more = {}) =>
      events().some(
        (one) =>
          one.type === type &&
          one.slice === slice &&
          Object.entries(more).every(([key, value]) => one[key] === value),
      );
    let view = await showSidebar(page);

    await step("plan from the palette", async () => {
      await runCommand(page, "Slicewise: Plan Work Order…");
      await answerInput(page, GOAL);
      view = await showSidebar(page, "Plan gate");
      await seeText(view, "Wire the flags into notes list");
      await shootThemes(page, "order-gate");
    });

    await step("approve the plan and watch slices run", async () => {
      view = await showSidebar(page);
      await press(view, "Approve Plan");
      await seeText(view, "Awaiting approval", PATIENCE);
      await until(() => has("judged", "01"), "slice 01 is verified");
      await shootThemes(page, "order-running");
    });

    await step("open a diff", async () => {
      await press(view, "Review 01");
      await editorTab(page, /01/);
      await page.locator(".monaco-diff-editor").first().waitFor();
      await seeText(page, "parseArgs");
      await shootThemes(page, "order-review");
      view = await showSidebar(page);
    });

    await step("approve one: it lands in the files and on the branch", async () => {
      await press(view, "Approve 01");
      await until(() => has("landed", "01"), "slice 01 lands");
      assert.ok(existsSync(path.join(workspace, "src/flags.js")));
      assert.match(
        execFileSync("git", ["branch", "--list", "slicewise/*"], { cwd: workspace, encoding: "utf8" }),
        /slicewise\//,
      );
    });

    await step("reject one with a reason: the reason reaches the next briefing", async () => {
      await press(view, "Review 03");
      await seeText(page, "asJson");
      view = await showSidebar(page);
      await press(view, "Reject 02…");
      await answerInput(page, REASON);
      await pickItem(page, "Try again with this reason");
      await until(() => has("attempted", "02", { attempt: 2 }), "slice 02 starts again");
      // One landed, one executing, some awaiting approval, some waiting: the README's picture is this one.
      await shoot(page, "order-under-way");
      const { briefing } = events().findLast(({ type, slice }) => type === "attempted" && slice === "02");
      const [id] = readdirSync(path.join(workspace, ".slicewise/orders"));
      assert.match(
        readFileSync(path.join(workspace, ".slicewise/orders", id, "blobs", briefing), "utf8"),
        new RegExp(REASON),
      );
    });

    await step("rerun one on a higher tier", async () => {
      await until(() => has("judged", "05"), "slice 05 is verified");
      await press(view, "Higher Tier for 05");
      await until(() => has("rerun", "05"), "the rerun is in the log");
    });

    await step("reload in mid-run: everything is found again, and it goes on by itself", async () => {
      await reloadWindow(page);
      view = await showSidebar(page, "Wire the flags into notes list");
      await seeText(view, "Parse the flags of list");
      await seeText(page, "asJson");
      await until(
        () =>
          has("judged", "05", {
            attempt: events().findLast(({ type, slice }) => type === "attempted" && slice === "05").attempt,
          }),
        "slice 05 is verified after the reload",
      );
      await shootThemes(page, "order-reloaded");
    });

    await step("approve the rest until the order is done", async () => {
      const deadline = Date.now() + 2 * PATIENCE;
      while (!events().some(({ type }) => type === "ended")) {
        if (Date.now() > deadline) throw new Error("the order did not end");
        const button = view.getByRole("button", { name: /^Approve (All Passed|0\d)$/ }).first();
        if (await button.isVisible())
          await button
            .click({ timeout: 2_000 })
            .catch((error) => console.log(`     ${error.name}: clicked too late`));
        await page.waitForTimeout(300);
      }
      await seeText(view, "ended", PATIENCE);
      await shootThemes(page, "order-ended");
    });

    await step("six commits, one a slice, and the tests of the sample pass", () => {
      const git = (...args) => execFileSync("git", args, { cwd: workspace, encoding: "utf8" }).trim();
      const branch = git("for-each-ref", "--format=%(refname:short)", "refs/heads/slicewise/");
      assert.equal(git("rev-list", "--count", `main..${branch}`), "6");
      assert.equal(git("rev-parse", "--abbrev-ref", "HEAD"), "main");
      execFileSync("npm", ["run", "--silent", "check-help"], { cwd: workspace });
      execFileSync("node", ["--test"], { cwd: workspace, stdio: "pipe" });
      return Promise.resolve();
    });
  },
};
