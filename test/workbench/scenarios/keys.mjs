// A key goes into SecretStorage from the palette, is found again after a reload, and is forgotten again.
import { strict as assert } from "node:assert";
import { answerInput, openPalette, pickItem, reloadWindow, runCommand, showSidebar } from "../drive.mjs";

const PLACEHOLDER = "sk-test-0000000000000000";
const COMMAND = "Slicewise: Set API Key…";

/** What the picker says of a provider's key. */
async function stateOf(page, provider) {
  await runCommand(page, COMMAND);
  const row = page.locator(".quick-input-widget:visible .monaco-list-row", { hasText: provider }).first();
  const text = await row.innerText();
  await page.keyboard.press("Escape");
  return text.replace(/\s+/g, " ");
}

async function setKey(page, provider, key) {
  await runCommand(page, COMMAND);
  await pickItem(page, provider);
  await page.locator('.quick-input-widget:visible input[type="password"]').waitFor();
  await answerInput(page, key);
}

/** @type {import("../ui.mjs").Scenario} */
export default {
  run: async ({ page, step }) => {
    await step("the sidebar shows", () => showSidebar(page));
    await step("there is no key at first", async () => assert.match(await stateOf(page, "openai"), /no key/));
    await step("a key is set", () => setKey(page, "openai", PLACEHOLDER));
    await step("the picker says so", async () => assert.match(await stateOf(page, "openai"), /key stored/));
    await step("other providers have none", async () =>
      assert.match(await stateOf(page, "anthropic"), /no key/),
    );
    await step("it is found again after a reload", async () => {
      await reloadWindow(page);
      assert.match(await stateOf(page, "openai"), /key stored/);
    });
    await step("an empty answer forgets it", async () => {
      await setKey(page, "openai", "");
      assert.match(await stateOf(page, "openai"), /no key/);
    });
    await step("the palette is usable afterwards", async () => {
      await openPalette(page, "Slicewise");
      await page.keyboard.press("Escape");
    });
  },
};
