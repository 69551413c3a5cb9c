// Choose Models: the ladder made from a key, with its prices; a rung is moved, a model of VS Code is added and made the
// planner; what was chosen stands in the settings, and that model is asked for the next plan.
import { strict as assert } from "node:assert";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  answerInput,
  filterPick,
  pickItem,
  runCommand,
  seeText,
  shoot,
  showSidebar,
  sidebar,
} from "../drive.mjs";
import { startModel } from "../model.mjs";
import { WORKBENCH } from "../paths.mjs";

const EDITORS = "vscode-lm/test-models/kimi-test";
const TOOLLESS = "claude-haiku-4-5";
const NEXT = "Move towards the dear end";
const PATIENCE = 60_000;
const model = await startModel(() => ({ text: "ok" }), ["claude-haiku-5-5", "claude-sonnet-5-5", TOOLLESS]);
const asked = path.join(WORKBENCH, "shots", `asked-${process.pid}.jsonl`);

/** @param {import("playwright-core").Page} page */
const rows = (page) => page.locator(".quick-input-widget:visible .monaco-list-row");
/** The labels of the quick pick, from the top. @param {import("playwright-core").Page} page */
const labels = (page) => rows(page).locator(".monaco-icon-label .label-name").allInnerTexts();

/** A list fades in. @param {import("playwright-core").Page} page @param {string} name */
async function shootList(page, name) {
  await page.waitForTimeout(500);
  await shoot(page, name);
}

/** They say what is run on a machine, so that is where VS Code keeps them when it is served from one. */
const machineSettings = (home) => path.join(home, "data/Machine/settings.json");

/** @type {import("../ui.mjs").Scenario} */
export default {
  settings: { "chat.disableAIFeatures": false },
  env: { ANTHROPIC_API_KEY: "demo-key", ANTHROPIC_BASE_URL: model.url, SLICEWISE_TEST_ASKED: asked },
  fill: (folder) => {
    mkdirSync(folder, { recursive: true });
    mkdirSync(path.dirname(asked), { recursive: true });
    writeFileSync(path.join(folder, "README.md"), "# A small place\n");
    const own = machineSettings(path.dirname(folder));
    mkdirSync(path.dirname(own), { recursive: true });
    writeFileSync(own, JSON.stringify({ "slicewise.models": { [TOOLLESS]: { tools: false } } }));
    cpSync(
      path.join(WORKBENCH, "vendor-ext"),
      path.join(path.dirname(folder), "extensions/slicewise.test-models-0.0.0"),
      { recursive: true },
    );
  },
  run: async ({ lab, page, step }) => {
    const settings = () => {
      try {
        return JSON.parse(readFileSync(machineSettings(lab.home.dir), "utf8"));
      } catch {
        return {}; // it is being written
      }
    };
    await step("the sidebar shows", () => showSidebar(page));
    await step("Choose Models shows the ladder made from the key, with prices", async () => {
      await runCommand(page, "Slicewise: Choose Models…");
      await rows(page)
        .filter({ hasText: "1. anthropic/claude-haiku-5-5@low" })
        .waitFor({ timeout: PATIENCE });
      const first = rows(page).filter({ hasText: "1. anthropic/claude-haiku-5-5@low" });
      assert.match((await first.innerText()).replace(/\s+/g, " "), /\$0\.1 in · \$0\.5 out · \$0\.01 cached/);
      assert.match(
        (await first.innerText()).replace(/\s+/g, " "),
        /\$0\.125 to cache.*over 100,000 tokens \$0\.5 in · \$2\.5 out · prices: .+/,
      );
      await shootList(page, "models-ladder");
    });
    await step("a rung is moved, by the keyboard", async () => {
      const before = (await labels(page)).filter((label) => /^\d+\./.test(label));
      await pickItem(page, before[0]);
      await rows(page).filter({ hasText: NEXT }).first().click();
      await rows(page).filter({ hasText: "Save" }).first().waitFor();
      const after = (await labels(page)).filter((label) => /^\d+\./.test(label));
      assert.equal(after[1], before[0].replace(/^1/, "2"));
    });
    await step("a model of VS Code is added, with what it cannot do", async () => {
      await rows(page).filter({ hasText: "Add or take off models" }).first().click();
      await filterPick(page, "what stands on the ladder", TOOLLESS);
      const toolless = rows(page).filter({ hasText: TOOLLESS }).first();
      await toolless.filter({ hasText: "takes no tools: it can neither plan nor execute" }).waitFor();
      await shootList(page, "models-toolless");
      await filterPick(page, "what stands on the ladder", EDITORS);
      const row = rows(page).filter({ hasText: EDITORS }).first();
      await row.waitFor();
      const text = (await row.innerText()).replace(/\s+/g, " ");
      for (const words of ["price unknown", "usage is estimated", "no effort to choose"])
        assert.ok(text.includes(words), `${text} does not say "${words}"`);
      await row.click();
      await shootList(page, "models-editor");
      await page.keyboard.press("Enter");
      await rows(page).filter({ hasText: "Planner:" }).first().waitFor();
    });
    await step("it becomes the planner", async () => {
      await rows(page).filter({ hasText: "Planner:" }).first().click();
      await filterPick(page, "which one plans?", EDITORS);
      await rows(page).filter({ hasText: EDITORS }).first().click();
      await rows(page)
        .filter({ hasText: `Planner: ${EDITORS}` })
        .first()
        .waitFor();
      await shootList(page, "models-changed");
    });
    await step("what was chosen is saved", async () => {
      await rows(page).filter({ hasText: "Save" }).first().click();
      await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
      const deadline = Date.now() + PATIENCE;
      while (!settings()["slicewise.planner"] && Date.now() < deadline) await page.waitForTimeout(200);
      const saved = settings();
      assert.deepEqual(saved["slicewise.planner"], {
        provider: "vscode-lm",
        model: "test-models/kimi-test",
        effort: null,
      });
      const names = saved["slicewise.tiers"].map(({ model: name, effort }) => `${name}@${effort}`);
      assert.deepEqual(names.slice(0, 2), ["claude-haiku-5-5@medium", "claude-haiku-5-5@low"]);
      assert.equal(names.at(-1), "test-models/kimi-test@null");
    });
    await step("it gets the goal with the planner's tools, and what comes of it is said", async () => {
      await runCommand(page, "Slicewise: Plan Work Order…");
      await seeText(page, "State the goal once");
      await answerInput(page, "Say hello in the README");
      // VS Code may ask the user first, whether Slicewise may use it.
      const allow = page.locator(".monaco-dialog-box .monaco-button", { hasText: /^Allow$/ });
      const deadline = Date.now() + PATIENCE;
      while (!existsSync(asked) && Date.now() < deadline) {
        if (await allow.isVisible()) await allow.click();
        await page.waitForTimeout(200);
      }
      const [first] = readFileSync(asked, "utf8").split("\n");
      const request = JSON.parse(first);
      assert.equal(request.model, "kimi-test");
      assert.ok(request.tools.includes("propose_plan"), JSON.stringify(request));
      const shown = await sidebar(page);
      await shown.getByText("kept answering with text instead of calling a tool").waitFor();
      await shown.getByText("reports no usage: its tokens are estimated").waitFor();
      await shoot(page, "models-asked");
    });
    rmSync(asked);
    await model.close();
  },
};
