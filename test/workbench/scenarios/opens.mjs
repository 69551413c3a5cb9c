// The window opens on the sample: the sidebar draws, and the palette has the first command.
import { strict as assert } from "node:assert";
import { offersCommand, shootThemes, showSidebar } from "../drive.mjs";

/** @type {import("../ui.mjs").Scenario} */
export default {
  run: async ({ page, step }) => {
    await step("the sidebar shows", () => showSidebar(page));
    await step("the palette offers planning", async () => {
      assert.ok(await offersCommand(page, "Slicewise: Plan Work Order…"));
    });
    await step("dark and light are kept as pictures", () => shootThemes(page, "opens"));
  },
};
