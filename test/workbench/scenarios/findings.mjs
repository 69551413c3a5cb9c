// What a reviewer says of a change stands as a comment in its diff; a person answers there, and the next attempt is told.
import { strict as assert } from "node:assert";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { answerInput, pickItem, runCommand, seeText, shootThemes, showSidebar } from "../drive.mjs";
import { MODEL_ENV, sampleOf, startModel } from "../model.mjs";

const GOAL = "Count notes";
const PATIENCE = 60_000;
const CRITERION = "count says how it treats a list that is not there";
const REASON = "Whether null is allowed here cannot be told from the code shown.";
const ANSWER = "Treat null as an empty list.";
const FILE = "src/count.js";
const FIRST = "/** How many notes there are. */\nexport const count = (notes) => notes.length;\n";
const SECOND =
  "/** How many notes there are; null is none. */\nexport const count = (notes) => notes?.length ?? 0;\n";

const PLAN = {
  ...{ context: "A small notebook.", invariants: [], nonGoals: [], decisions: [], rejected: [], rules: [] },
  ...{ assumptions: [], functions: [] },
  slices: [
    {
      ...{ id: "01", title: "Count notes", class: "C1", needs: [], reads: [], writes: [FILE] },
      ...{ consumes: [], produces: [], minutes: 20, body: `Write ${FILE} with \`count(notes)\`.` },
      checks: [
        { kind: "run", text: `grep -q count ${FILE}`, before: "fail" },
        { kind: "expect", text: CRITERION, before: null },
      ],
    },
  ],
};
const call = (name, args) => [{ name, args }];

/** @param {string} told what was asked; the code in it tells which attempt is judged */
const review = (told) => {
  const isMended = told.includes("null is none");
  const quote = { path: FILE, line: 2, text: isMended ? "notes?.length ?? 0" : "notes.length" };
  const criteria = isMended
    ? { verdict: "met", reason: "A list that is not there counts as none." }
    : { verdict: "cannot tell", reason: REASON };
  return { text: JSON.stringify({ criteria: [{ id: "1", ...criteria, quotes: [quote], missing: null }] }) };
};

/** @param {import("../../../src/providers/scripted.ts").ScriptRequest} request */
function reply({ toolNames, messages, output }) {
  const told = messages
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join("\n");
  if (output !== null) return review(told);
  if (toolNames.includes("propose_plan"))
    return { text: "I have read enough.", calls: call("propose_plan", PLAN) };
  if (messages.some(({ role }) => role === "assistant"))
    return { calls: call("finish", { done: "Written.", learned: "", blocked: null }) };
  return { calls: call("write", { path: FILE, text: told.includes(ANSWER) ? SECOND : FIRST }) };
}

const model = await startModel(reply);

/** @param {string} workspace */
function eventsIn(workspace) {
  const orders = path.join(workspace, ".slicewise/orders");
  const [id = ""] = existsSync(orders) ? readdirSync(orders) : [];
  const file = path.join(orders, id, "log.jsonl");
  if (id === "" || !existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line));
}

/** @param {() => unknown} ready may be a promise @param {string} what */
async function until(ready, what) {
  const deadline = Date.now() + PATIENCE;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {import("playwright-core").Frame} view @param {string} name */
const press = (view, name) =>
  view.getByRole("button", { name, exact: true }).first().click({ timeout: PATIENCE });

/** @type {import("../ui.mjs").Scenario} */
export default {
  fill: sampleOf(model),
  env: MODEL_ENV,
  run: async ({ lab, page, step }) => {
    const events = () => eventsIn(lab.home.workspace);
    const judged = (attempt) => events().some((one) => one.type === "judged" && one.attempt === attempt);
    let view = await showSidebar(page);
    const thread = page.locator(".review-widget");

    await step("a reviewer that cannot tell leaves the slice to a person", async () => {
      await runCommand(page, "Slicewise: Plan Work Order…");
      await answerInput(page, GOAL);
      view = await showSidebar(page, "Plan gate");
      await press(view, "Approve Plan");
      await until(() => judged(1), "slice 01 is verified");
      assert.equal(events().find(({ type }) => type === "judged").verdict.result, "unknown");
    });

    await step("its finding stands in the diff, at its line", async () => {
      await press(view, "Review 01");
      await thread.first().waitFor({ timeout: PATIENCE });
      await seeText(page, REASON, PATIENCE);
      await seeText(page, "demo-gpt/gpt-6-sol@medium (gpt)");
      await shootThemes(page, "review-finding");
    });

    await step("an answer in the thread is in the log", async () => {
      const ask = thread.locator(".review-thread-reply-button");
      if (await ask.isVisible()) await ask.click();
      await thread.locator(".comment-form .monaco-editor").first().click();
      await page.keyboard.type(ANSWER);
      await thread.getByRole("button", { name: "Tell the Next Attempt" }).first().click();
      await until(() => events().some(({ type }) => type === "noted"), "the answer is in the log");
      await seeText(page, "for the next attempt");
      await shootThemes(page, "review-answered");
    });

    await step("rejected, the thread goes, and the next attempt is told", async () => {
      view = await showSidebar(page);
      await press(view, "Reject 01…");
      await answerInput(page, "See the comment.");
      await pickItem(page, "Try again with this reason");
      await until(() => judged(2), "the second attempt is verified");
      await until(async () => !(await page.getByText(REASON).first().isVisible()), "the thread is gone");
      const { briefing } = events().findLast(({ type }) => type === "attempted");
      const orders = path.join(lab.home.workspace, ".slicewise/orders");
      const [id = ""] = readdirSync(orders);
      assert.match(
        readFileSync(path.join(orders, id, "blobs", briefing), "utf8"),
        /A person said of `src\/count\.js:2`: Treat null as an empty list\./,
      );
      assert.equal(events().findLast(({ type }) => type === "judged").verdict.result, "pass");
    });

    await step("no request a vendor would not have taken", async () => {
      assert.deepEqual(model.violations(), []);
      await model.close();
    });
  },
};
