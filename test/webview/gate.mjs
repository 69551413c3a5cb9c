// The plan gate under a person's hands: asked for changes, fixed, read along the graph, stopped. A part of render.mjs.
import { settle } from "./stage.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {{
 *   expectSame(name: string, is: unknown, wanted: unknown): void,
 *   expectNone(name: string, found: unknown): void,
 *   axeFindings(page: Page): Promise<string[]>,
 *   sent(page: Page): Promise<unknown[]>,
 *   shoot(page: Page, name: string): Promise<unknown>,
 * }} Tools
 */

const command = (one) => [{ type: "command", command: one }];
const act = (one) => [{ type: "act", act: one }];
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

async function asking({ open }, { expectSame, expectNone, axeFindings, sent, shoot }) {
  const page = await open({ theme: "dark", width: 300, fixture: "gate-errors" });
  const area = page.locator("textarea");
  const press = async (name) => {
    await button(page, name).click();
    await settle(page);
  };
  await sent(page);
  await press("Ask for Changes…");
  expectSame(
    "the words can be typed at once",
    await area.evaluate((one) => one === document.activeElement),
    true,
  );
  expectNone("axe asking", await axeFindings(page));
  expectSame("nothing can be sent of nothing", await button(page, "Send").isDisabled(), true);
  await area.press("Control+Enter");
  await area.fill("  \n ");
  await area.press("Control+Enter");
  expectSame("nor of blanks", await sent(page), []);
  await area.fill("Split 03 in two.");
  await page.waitForTimeout(500);
  await page.reload();
  await settle(page);
  await shoot(page, "gate-asking-dark");
  expectSame("what was written outlives the page", await area.inputValue(), "Split 03 in two.");
  await sent(page);
  await area.press("Control+Enter");
  await settle(page);
  expectSame("Ctrl+Enter sends", await sent(page), command({ do: "askChanges", words: "Split 03 in two." }));
  expectSame("and the form is gone", await area.count(), 0);
  await press("Ask for Changes…");
  await area.press("Escape");
  await settle(page);
  expectSame("Escape closes it", [await area.count(), await sent(page)], [0, []]);
  await page.close();
}

/** Away from the gate: a slice that is stuck may show that the plan is wrong. */
async function askingMidway({ open }, { expectSame, sent }) {
  const page = await open({ theme: "dark", width: 300, fixture: "running" });
  await sent(page);
  await button(page, "Ask for Changes… because of 07").click();
  await settle(page);
  const area = page.locator("textarea");
  expectSame("the words begin with the slice", await area.inputValue(), "Slice 07: ");
  await area.press("End");
  await page.keyboard.type("the figure is wrong.");
  await area.press("Meta+Enter");
  expectSame(
    "sent",
    await sent(page),
    command({ do: "askChanges", words: "Slice 07: the figure is wrong." }),
  );
  await page.close();
}

async function acting({ open }, { expectSame, sent }) {
  const page = await open({ theme: "dark", width: 300, fixture: "gate-errors" });
  await sent(page);
  const press = async (name) => {
    await button(page, name).click();
    return sent(page);
  };
  const findings = page.getByRole("list", { name: "Findings" }).getByRole("listitem");
  expectSame("errors come first", (await findings.first().textContent())?.startsWith("error: "), true);
  const path = ".slicewise/orders/2026-11-21-limit-flag/tasks/03-stream-cut-off.md";
  expectSame(
    "its line",
    await press("03-stream-cut-off.md:7 writes.0"),
    act({ act: "openAt", path, line: 7 }),
  );
  expectSame(
    "its fix",
    await press("Fix: Let 03 need 02"),
    act({ act: "fix", fix: { do: "addNeed", slice: "03", need: "02" } }),
  );
  expectSame("checked again", await press("Check Again"), command({ do: "reread" }));
  expectSame("discarding asks first", await press("Discard the plan"), []);
  expectSame("discarded", await press("Discard"), command({ do: "discard", reason: "" }));
  await page.close();

  const busy = await open({ theme: "dark", width: 300, fixture: "replanning" });
  await sent(busy);
  expectSame("nothing to approve meanwhile", await button(busy, "Approve Plan").count(), 0);
  await button(busy, "Stop").click();
  expectSame("stopped", await sent(busy), command({ do: "stop" }));
  await busy.close();

  const amended = await open({ theme: "dark", width: 300, fixture: "amended" });
  expectSame("an order under way is not discarded", await button(amended, "Discard the plan").count(), 0);
  await amended.close();
}

async function graph({ open }, { expectSame }) {
  const page = await open({ theme: "dark", width: 300, height: 1500, fixture: "gate" });
  const grid = page.getByRole("grid");
  const nodes = grid.getByRole("gridcell");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-node"));
  const press = async (key) => {
    await page.keyboard.press(key);
    return focused();
  };
  expectSame(
    "the graph tells its shape",
    await grid.getAttribute("aria-label"),
    "9 slices in 4 layers: 9 waiting",
  );
  expectSame("every slice is a node", await nodes.count(), 9);
  expectSame("one node is a tab stop", await grid.locator("button[tabindex='0']").count(), 1);
  await grid.locator("[data-node='01']").focus();
  expectSame("right", await press("ArrowRight"), "09");
  expectSame("down", await press("ArrowDown"), "03");
  expectSame(
    "the stop goes along",
    await grid.locator("button[tabindex='0']").getAttribute("data-node"),
    "03",
  );
  expectSame("end", await press("End"), "08");
  expectSame("home", await press("Home"), "01");
  await press("ArrowDown");
  await page.keyboard.press("Enter");
  await settle(page);
  expectSame(
    "enter shows the slice",
    await page.locator('[data-key="02"]').getAttribute("aria-expanded"),
    "true",
  );
  const words = await grid.locator("[data-node='05']").evaluate((node) => node.textContent);
  expectSame(
    "a node says all it shows",
    words,
    "waiting: 05Cache layerclaude-sonnet-5-5·mediumC3~$0.114 min, on the critical path, needs 03",
  );
  await page.close();

  const many = await open({ theme: "dark", width: 300, fixture: "thousand" });
  await button(many, "Graph").click();
  await settle(many);
  expectSame("a thousand are not drawn", await many.getByRole("grid").count(), 0);
  expectSame("and it says so", await many.getByText("1,000 slices are too many to draw").count(), 1);
  await many.close();
}

/** @param {Parameters<Parameters<typeof import("./stage.mjs").withStage>[0]>[0]} stage @param {Tools} tools */
export async function gate(stage, tools) {
  for (const part of [asking, askingMidway, acting, graph]) await part(stage, tools);
}
