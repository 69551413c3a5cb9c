// node test/workbench/ui.mjs vsix test/workbench/picture.mjs
// Takes the README's picture, media/screenshot.png, from the sample's order: landed, executing, awaiting approval and
// waiting slices beside an open diff.
import path from "node:path";
import { runCommand, seeText, showSidebar } from "./drive.mjs";
import { ROOT } from "./paths.mjs";

const SIZE = { width: 1440, height: 900 };
const SIDEBAR_END = 448;
const PATIENCE = { timeout: 60_000 };

/** Drags the border between sidebar and editors. @param {import("playwright-core").Page} page */
async function widenSidebar(page) {
  const side = await page.locator(".part.sidebar").boundingBox();
  if (!side) throw new Error("There is no sidebar to widen.");
  await page.mouse.move(side.x + side.width + 2, SIZE.height / 2);
  await page.mouse.down();
  await page.mouse.move(SIDEBAR_END, SIZE.height / 2, { steps: 5 });
  await page.mouse.up();
}

/** @param {import("playwright-core").Frame} view @param {string} title @param {string} state */
const stateOf = (view, title, state) =>
  view.locator(".row", { hasText: title }).locator(`.state[title="${state}"]`).waitFor();

/** @type {import("./ui.mjs").Scenario} */
export default {
  settings: { "diffEditor.renderSideBySide": false },
  run: async ({ page, step }) => {
    await step("the order comes to where the picture is taken", async () => {
      await page.setViewportSize(SIZE);
      await showSidebar(page);
      await widenSidebar(page);
      await runCommand(page, "Slicewise: Plan Work Order…");
      await seeText(page, "State the goal once");
      await page.keyboard.press("Enter"); // the goal the recording knows stands there already
      const view = await showSidebar(page, "Plan gate");
      const press = (name) => view.getByRole("button", { name, exact: true }).first().click(PATIENCE);
      await press("Approve Plan");
      await press("Approve 01");
      await press("Review 02");
      await page.locator(".monaco-diff-editor").first().waitFor();
      await page.mouse.move(SIZE.width / 2, SIZE.height - 60);
      await stateOf(view, "Parse the flags", "done");
      await stateOf(view, "Print notes as JSON", "executing");
    });
    await step("the picture is taken", () =>
      page.screenshot({ path: path.join(ROOT, "media/screenshot.png") }),
    );
  },
};
