// node test/webview/render.mjs: the sidebar drawn in a browser, in all states and themes; screenshots in workbench/shots.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { SHOTS } from "../workbench/paths.mjs";
import { gate } from "./gate.mjs";
import { settle, show, THEMES, withStage } from "./stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let passed = 0;
let failed = 0;
/** @param {string} name @param {unknown} found what is wrong; empty, false or null when nothing is */
function expectNone(name, found) {
  const bad = Array.isArray(found) ? found.length > 0 : Boolean(found);
  if (!bad) return void passed++;
  failed++;
  console.error(`FAILED ${name}: ${typeof found === "string" ? found : JSON.stringify(found)}`);
}
/** @param {string} name @param {unknown} is @param {unknown} wanted */
const expectSame = (name, is, wanted) =>
  expectNone(
    name,
    JSON.stringify(is) !== JSON.stringify(wanted) && `${JSON.stringify(is)} is not ${JSON.stringify(wanted)}`,
  );

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page */
async function axeFindings(page) {
  // Evaluated, not inserted: the page's policy would refuse a script of ours, as it should.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (values) => window.axe.run(document, { runOnly: { type: "tag", values } }),
    RULES,
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(" | ")} (${nodes.length})`,
  );
}

/** Elements that stick out at the right. @param {Page} page */
const overflows = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll("#slicewise *")].filter((element) => {
      if (element.closest(".hidden, svg, vscode-option")) return false;
      const scrolls = element.matches(".scroll, .dock, .app") && element.scrollWidth > element.clientWidth;
      const box = element.getBoundingClientRect();
      const clipped =
        element.closest(".title, .note, .cell-model, .live, .facts, h1, .progress") &&
        !element.matches(".title, .note, .cell-model, .live, .facts, h1");
      return scrolls || (!clipped && box.width > 0 && box.right > width + 0.5);
    });
    return wide
      .slice(0, 4)
      .map(
        (element) =>
          `${element.tagName}.${element.className} ${Math.round(element.getBoundingClientRect().right)}`,
      );
  });

/** @param {Page} page */
const openRows = async (page, ids) => {
  for (const id of ids) await page.locator(`[data-key="${id}"]`).click();
  await settle(page);
};
const unfold = async (page, ...titles) => {
  for (const title of titles) {
    const closed = page.getByRole("button", { name: title, expanded: false });
    await closed.or(page.locator("summary", { hasText: title })).click();
  }
  await settle(page);
};
const sent = (page) => page.evaluate(() => window.sent.splice(0));
const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute("data-key") ?? document.activeElement?.tagName);
const shoot = (page, name) =>
  page.screenshot({ path: path.join(SHOTS, `webview-${name}.png`), caret: "initial" });

/** One after the other, as many at a time as there are cores, on as many pages; none may throw. */
async function each({ draw, forgetful }, cases, work) {
  const left = [...cases];
  const lane = async () => {
    const page = await forgetful();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      await work(await draw(page, one), one);
      expectNone(`errors ${one.fixture} ${one.theme}`, errors.splice(0));
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}

/** Enough to see every kind of element once. */
const CONTRAST = new Set(["no-models", "gate-errors", "amended", "running", "approval"]);

/** Every fixture in every theme: axe, overflow, the policy, errors. */
async function looks(stage) {
  const cases = Object.keys(THEMES).flatMap((theme) =>
    Object.keys(stage.built.fixtures)
      .filter((fixture) => !theme.startsWith("contrast") || CONTRAST.has(fixture))
      .map((fixture) => ({ theme, width: 300, fixture })),
  );
  await each(stage, cases, async (page, { theme, fixture }) => {
    const name = `${fixture} ${theme}`;
    await shoot(page, `${fixture}-${theme}`);
    expectNone(`axe ${name}`, await axeFindings(page));
    await page.setViewportSize({ width: 250, height: 900 });
    await settle(page);
    expectNone(`250 px ${name}`, await overflows(page));
    expectNone(`policy ${name}`, await page.evaluate(() => window.violations));
  });
}

/** With everything open: details, graph, money. */
async function openLooks(stage) {
  const cases = [
    { fixture: "running", ids: ["03"], unfolded: ["Graph", "Money"] },
    { fixture: "running", ids: ["07"], unfolded: [] },
    { fixture: "running", ids: ["04"], unfolded: [] },
    { fixture: "running", ids: ["05"], unfolded: [] },
    { fixture: "gate", ids: ["01"], unfolded: ["assumptions", "not as the plan says"] },
    { fixture: "gate-thirty", ids: [], unfolded: [] },
    { fixture: "drift", ids: [], unfolded: ["3 files"] },
    { fixture: "ended", ids: [], unfolded: ["Graph", "Money", "This workspace", "Week by week"] },
    { fixture: "empty", ids: [], unfolded: ["Week by week"] },
    {
      fixture: "hostile",
      ids: ["01", "A".repeat(32)],
      unfolded: ["Money", "This workspace", "Week by week"],
    },
  ];
  const themed = Object.keys(THEMES).flatMap((theme) =>
    cases.map((one) => ({ theme, width: 300, height: 1500, ...one })),
  );
  await each(stage, themed, async (page, { theme, fixture, ids, unfolded }) => {
    const name = `${[fixture, ...ids].join("-").slice(0, 20)}-open-${theme}`;
    await openRows(page, ids);
    await unfold(page, ...unfolded);
    await page.locator(".scroll").evaluate((element) => element.scrollTo(0, 0));
    await shoot(page, name);
    if (fixture === "running") {
      const checks = page.getByRole("heading", { name: /^Checks/ }).first();
      await checks.evaluate((element) => element.scrollIntoView());
      await shoot(page, `${name}-checks`);
    }
    expectNone(`axe ${name}`, await axeFindings(page));
    await page.setViewportSize({ width: 250, height: 1500 });
    await settle(page);
    expectNone(`250 px ${name}`, await overflows(page));
    if (theme === "dark") await shoot(page, `${name}-250`);
    expectNone(
      `nothing of a body is interpreted ${name}`,
      await page.evaluate(() => window.hacked || document.images.length),
    );
  });
}

/** The habits of a VS Code tree. */
async function keyboard({ open }) {
  const page = await open({ theme: "dark", width: 300, fixture: "running" });
  const rows = page.locator("[role=row]");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    await settle(page);
  };
  const row = (key) => page.locator(`[data-key="${key}"]`);
  expectSame("one row is a tab stop", await page.locator("[role=row][tabindex='0']").count(), 1);
  await row("01").focus();
  await press("ArrowDown", "ArrowDown");
  expectSame("down twice", await focused(page), "03");
  await press("ArrowUp");
  expectSame("up", await focused(page), "02");
  await press("End");
  expectSame("end", await focused(page), "09");
  await press("Home");
  expectSame("home", await focused(page), "01");
  await press("Enter");
  expectSame("enter opens", await row("01").getAttribute("aria-expanded"), "true");
  await press(" ");
  expectSame("space closes", await row("01").getAttribute("aria-expanded"), "false");
  await press("ArrowRight");
  expectSame("right opens", await row("01").getAttribute("aria-expanded"), "true");
  expectSame("an open row has a child", await rows.count(), 10);
  await press("ArrowRight");
  expectSame("right goes into it", await focused(page), "01/detail");
  await press("Enter");
  expectSame("enter reaches its controls", (await focused(page)) !== "01/detail", true);
  await press("Escape");
  expectSame("escape comes back", await focused(page), "01/detail");
  await press("ArrowLeft");
  expectSame("left goes to the slice", await focused(page), "01");
  await press("ArrowLeft");
  expectSame("left closes", await row("01").getAttribute("aria-expanded"), "false");
  const outline = await row("01").evaluate((element) => getComputedStyle(element).outlineStyle);
  expectSame("the focus is seen", outline, "solid");
  await page.close();
}

/** What presses send. */
async function commands({ built, open }) {
  const page = await open({ theme: "dark", width: 300, height: 1400, fixture: "running" });
  expectSame("hello comes first", await sent(page), [{ type: "hello", protocol: built.protocol }]);
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).first().click();
    return sent(page);
  };
  const command = (one) => [{ type: "command", command: one }];
  const act = (one) => [{ type: "act", act: one }];
  expectSame("approve", await press("Approve 04"), command({ do: "approve", slice: "04" }));
  expectSame("reject", await press("Reject 04…"), act({ act: "reject", slice: "04" }));
  expectSame("review", await press("Review 04"), act({ act: "review", slice: "04", path: null }));
  expectSame(
    "higher tier",
    await press("Higher Tier for 04"),
    command({ do: "rerun", slice: "04", tier: null }),
  );
  expectSame("try again", await press("Try Again 08"), command({ do: "retry", slice: "08" }));
  expectSame("drop asks first", await press("Drop 07"), []);
  expectSame("drop", await press("Drop"), command({ do: "drop", slice: "07", why: "dropped by the user" }));

  await openRows(page, ["05"]);
  const pick = async (name, key) => {
    await page.getByRole("combobox", { name }).focus();
    await page.keyboard.press(key);
    await settle(page);
    return sent(page);
  };
  expectSame(
    "drop-downs show what is",
    await page.getByRole("combobox", { name: "Class" }).evaluate((box) => box.value),
    "C3",
  );
  expectSame("class", await pick("Class", "ArrowDown"), command({ do: "reclass", slice: "05", class: "C4" }));
  expectSame(
    "route",
    await pick("Route", "ArrowDown"),
    command({ do: "reroute", slice: "05", route: "openai/gpt-6-luna@low" }),
  );
  const view = structuredClone(built.fixtures.running);
  const five = view.order.slices.find(({ id }) => id === "05");
  Object.assign(five, { class: "C4", route: "openai/gpt-6-luna@low", predicted: 0.07 });
  await show(page, built, { ...view, rev: 41 });
  await settle(page);
  expectSame(
    "the new class is shown",
    await page.getByRole("combobox", { name: "Class" }).evaluate((box) => box.value),
    "C4",
  );
  expectSame(
    "the new prediction is shown",
    await page.locator(".detail").getByText("$0.07 predicted").count(),
    1,
  );
  expectSame(
    "effort",
    await pick("Effort", "ArrowDown"),
    command({ do: "reroute", slice: "05", route: "openai/gpt-6-luna@medium" }),
  );
  await page.close();
}

/** Hidden, destroyed, reloaded: the same page comes back. */
async function survival({ built, open }) {
  const page = await open({ theme: "dark", width: 300, height: 500, fixture: "thousand" });
  await openRows(page, ["0003"]);
  await page.locator(".scroll").evaluate((element) => element.scrollTo(0, 2400));
  await page.waitForTimeout(500);
  await page.reload();
  await settle(page);
  const place = () => page.locator(".scroll").evaluate((element) => Math.round(element.scrollTop));
  expectSame(
    "drawn before the host answers",
    await page.locator("h1").textContent(),
    built.fixtures.thousand.order.goal,
  );
  expectSame("the place is kept", Math.abs((await place()) - 2400) < 60, true);
  expectSame("a new page says hello", (await sent(page))[0]?.type, "hello");
  const goal = (words, rev) => ({
    ...built.fixtures.thousand,
    rev,
    order: { ...built.fixtures.thousand.order, goal: words },
  });
  await show(page, built, goal("of a new host", 0));
  expectSame("after hello a lower rev counts", await page.locator("h1").textContent(), "of a new host");
  await show(page, built, goal("newer", 7));
  await show(page, built, goal("older", 5));
  expectSame("an older rev is dropped", await page.locator("h1").textContent(), "newer");
  await page.locator(".scroll").evaluate((element) => element.scrollTo(0, 0));
  await settle(page);
  expectSame("the row is open still", await page.locator('[data-key="0003/detail"]').count(), 1);
  await page.close();
}

/** 1,000 slices: only what is in sight is drawn, and the keyboard reaches what is not. */
async function thousand({ built, open }) {
  const page = await open({ theme: "dark", width: 300, fixture: "thousand" });
  const drawn = () => page.locator("[role=row]").count();
  expectNone("few rows are drawn", (await drawn()) > 60 && (await drawn()));
  await page.locator('[data-key="0001"]').focus();
  await page.keyboard.press("End");
  await settle(page);
  await settle(page);
  expectSame("end reaches the last of a thousand", await focused(page), "1000");
  const inSight = await page
    .locator('[data-key="1000"]')
    .evaluate((row) => row.getBoundingClientRect().bottom <= window.innerHeight);
  expectSame("and it is in sight", inSight, true);
  expectNone("few rows are drawn at the end", (await drawn()) > 60 && (await drawn()));
  const times = await page.evaluate(
    async ({ view, protocol }) => {
      const all = [];
      for (let rev = 2; rev < 42; rev++) {
        const from = performance.now();
        window.postMessage({ type: "snapshot", protocol, view: { ...view, rev } }, "*");
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        all.push(performance.now() - from);
      }
      return all.sort((a, b) => a - b);
    },
    { view: built.fixtures.thousand, protocol: built.protocol },
  );
  console.log(
    `a snapshot of 1,000 slices, posted to drawn: median ${times[20].toFixed(0)} ms, worst ${times.at(-1).toFixed(0)} ms`,
  );
  await page.close();
}

/** One polite live region that tells changes of state, and no streaming text. */
async function liveRegion({ built, open }) {
  const page = await open({ theme: "dark", width: 300, fixture: "running" });
  const said = () => page.locator("[role=status]").textContent();
  expectSame(
    "one live region",
    await page.locator("[aria-live], [role=alert], [role=status], [role=log]").count(),
    1,
  );
  await page.evaluate(() =>
    window.postMessage({ type: "delta", slice: "03", kind: "text", text: "editing the\nstream" }, "*"),
  );
  await page.waitForTimeout(200);
  expectSame("the latest line is shown", await page.locator('[data-key="03"] .note').textContent(), "stream");
  expectSame("and not told", (await said()).includes("stream"), false);
  const view = structuredClone(built.fixtures.running);
  view.order.slices.find(({ id }) => id === "03").at = "approval";
  await show(page, built, { ...view, rev: 41 });
  expectSame("a change is told", await said(), "03 Stream cut-off: awaiting approval.");
  await page.evaluate(() => window.postMessage({ type: "refused", why: "Approve the plan first." }, "*"));
  await settle(page);
  expectSame("a refusal is told", await said(), "Approve the plan first.");
  await page.getByRole("button", { name: "Dismiss" }).click();
  expectSame("and dismissed", await page.locator(".refusal").count(), 0);
  await page.close();
}

mkdirSync(SHOTS, { recursive: true });
await withStage(async (stage) => {
  const script = readFileSync(path.join(stage.built.dir, "webview.js"));
  const style = readFileSync(path.join(stage.built.dir, "webview.css"));
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const size = (bytes) =>
    `${kilobytes(bytes.length)} (${kilobytes(gzipSync(bytes, { level: 9 }).length)} gz)`;
  console.log(`webview.js ${size(script)}, webview.css ${size(style)}`);
  expectNone("zod is not in the bundle", script.includes("ZodError"));
  for (const part of [looks, openLooks, keyboard, commands, survival, thousand, liveRegion])
    await part(stage);
  await gate(stage, { expectSame, expectNone, axeFindings, sent, shoot });
});
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
