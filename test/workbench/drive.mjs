// What a person does in the workbench: palette, boxes, notifications, dialogs, editors, the sidebar.
// Every function waits for what it needs and rejects, with the locator in its words, when that does not come.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { THEMES, workbenchUrl } from "./lab.mjs";
import { SHOTS } from "./paths.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("playwright-core").Frame} Frame
 * @typedef {import("./lab.mjs").Lab} Lab
 */

const CONTAINER = "Slicewise";
const ROOT_ELEMENT = "#slicewise";
const FIND_MS = 30_000;

/** How the pictures of failed steps begin. */
export const FAILED = "FAIL-";

/** @param {string} text */
const exactly = (text) => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** @param {Page} page */
const quickInput = (page) => page.locator(".quick-input-widget:visible");

// What was there before may stay in sight for a moment: a box has no list, a pick is known by its title.
/** @param {Page} page */
const inputBox = (page) => quickInput(page).filter({ hasNot: page.locator(".quick-input-list:visible") });

/** @param {Page} page @param {string} label */
const quickRow = (page, label) =>
  quickInput(page)
    .locator(".monaco-list-row")
    .filter({ has: page.locator(".label-name", { hasText: exactly(label) }) })
    .first();

/** @param {Page} page */
async function workbenchReady(page) {
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: FIND_MS });
  await page.waitForFunction(() => performance.getEntriesByName("code/didStartWorkbench").length > 0);
}

/**
 * Opens the lab's workspace. The extension's folder is named for a drivable server only; an installed one is there.
 * @param {Lab} lab
 * @param {{ extension?: string }} [what]
 */
export async function openWorkbench({ home, server, page }, { extension } = {}) {
  await page.goto(workbenchUrl(server, { folder: home.workspace, extension }));
  await workbenchReady(page);
  await page
    .locator(`.part.activitybar a.action-label[aria-label^="${CONTAINER}"]`)
    .waitFor({ timeout: FIND_MS });
}

/**
 * Reloads the window by VS Code's own command. The extension host ends and a new one starts.
 * @param {Page} page
 */
export async function reloadWindow(page) {
  const loaded = page.waitForEvent("load");
  await openPalette(page, "Developer: Reload Window");
  await quickRow(page, "Developer: Reload Window").click();
  await loaded;
  await workbenchReady(page);
}

/**
 * Opens the palette and types; the command may or may not be there.
 * @param {Page} page
 * @param {string} text
 */
export async function openPalette(page, text) {
  await page.keyboard.press("F1");
  await quickInput(page).locator("input.input").fill(`>${text}`);
}

/**
 * Runs the command of exactly this name, as "Slicewise: Run".
 * @param {Page} page
 * @param {string} name
 */
export async function runCommand(page, name) {
  // Whatever takes the focus closes the palette: an editor that has just opened, say.
  for (let tries = 1; ; tries += 1) {
    const opened = openPalette(page, name).then(() => quickRow(page, name).click({ timeout: 10_000 }));
    const failure = await opened.then(
      () => null,
      (error) => error,
    );
    if (failure === null) return;
    if (tries === 3) throw failure;
  }
}

/**
 * True when the palette offers the command now: what its `when` clause says.
 * @param {Page} page
 * @param {string} name
 */
export async function offersCommand(page, name) {
  await openPalette(page, name);
  await quickInput(page).locator(".monaco-list-row").first().waitFor();
  const offered = await quickRow(page, name).isVisible();
  await dismissQuickInput(page);
  return offered;
}

/** @param {Page} page */
async function dismissQuickInput(page) {
  // An open notification centre takes the first Escape.
  for (let presses = 0; presses < 2 && (await quickInput(page).isVisible()); presses += 1) {
    await page.keyboard.press("Escape");
  }
  await quickInput(page).waitFor({ state: "hidden" });
}

/**
 * Types into the open input box and accepts.
 * @param {Page} page
 * @param {string} text
 */
export async function answerInput(page, text) {
  await inputBox(page).locator("input.input").fill(text);
  await page.keyboard.press("Enter");
}

/**
 * Types into the quick pick of this title, once it is the one that is open.
 * @param {Page} page
 * @param {string} title
 * @param {string} text
 */
export async function filterPick(page, title, text) {
  await quickInput(page).filter({ hasText: title }).locator("input.input").fill(text);
}

/**
 * Takes the row of exactly this label in the open quick pick.
 * @param {Page} page
 * @param {string} label
 */
export async function pickItem(page, label) {
  await quickRow(page, label).click();
}

/**
 * The notification with this text. Where toasts are suppressed (drivable server), the notification centre is opened.
 * @param {Lab} lab
 * @param {string | RegExp} text
 */
export async function notification({ page, server }, text) {
  const has = page.locator(".notification-list-item-message", { hasText: text });
  const item = (place) => page.locator(`${place} .notification-list-item`).filter({ has }).first();
  if (server.manner === "plain") {
    const toast = item(".notifications-toasts");
    await toast.waitFor();
    return toast;
  }
  const centre = page.locator(".notifications-center.visible");
  if (!(await centre.isVisible())) await page.locator('[id="status.notifications"] a').click();
  await item(".notifications-center").waitFor();
  return item(".notifications-center");
}

/**
 * Presses a button of a notification.
 * @param {Lab} lab
 * @param {string | RegExp} text
 * @param {string} button
 */
export async function answerNotification(lab, text, button) {
  const item = await notification(lab, text);
  await item.locator(".monaco-button", { hasText: exactly(button) }).click();
}

/**
 * Presses a button of the modal message.
 * @param {Page} page
 * @param {string} button
 */
export async function answerDialog(page, button) {
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.locator(".dialog-buttons .monaco-button", { hasText: exactly(button) }).click();
  await dialog.waitFor({ state: "hidden" });
}

/**
 * Trusts the folder, in the editor that VS Code has for it.
 * @param {Page} page
 */
export async function trustWorkspace(page) {
  await runCommand(page, "Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: exactly("Trust") }).click();
  await page.locator(".workspace-trust-editor.trusted").waitFor();
}

/**
 * Opens a file of the workspace by its name.
 * @param {Page} page
 * @param {string} name
 */
export async function openFile(page, name) {
  await page.keyboard.press("Control+P");
  await quickInput(page).locator("input.input").fill(name);
  await quickRow(page, path.basename(name)).click();
  await editorTab(page, path.basename(name));
}

/**
 * Waits until the active editor has this title.
 * @param {Page} page
 * @param {string | RegExp} title
 */
export async function editorTab(page, title) {
  await page.locator(".tab.active", { hasText: title }).waitFor();
}

/**
 * The sidebar's document, once it shows the text. There may be more webviews, and one is made anew when the window
 * or its view is: take it again after a reload.
 * @param {Page} page
 * @param {string | RegExp} [text]
 * @returns {Promise<Frame>}
 */
export async function sidebar(page, text = /(?:)/) {
  const deadline = Date.now() + FIND_MS;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      if (await showsSidebar(frame, text)) return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error(`No visible webview with ${ROOT_ELEMENT} and the text ${text} within ${FIND_MS / 1000} s.`);
}

/** @param {Frame} frame @param {string | RegExp} text */
async function showsSidebar(frame, text) {
  try {
    return await frame.locator(ROOT_ELEMENT, { hasText: text }).isVisible();
  } catch (error) {
    // Frames come and go while VS Code shows a webview; such a one is not it.
    if (/detached|closed|destroyed/i.test(error.message)) return false;
    throw error;
  }
}

/**
 * Shows the sidebar, whichever view is open now, and answers its document once it shows the text.
 * @param {Page} page
 * @param {string | RegExp} [text]
 */
export async function showSidebar(page, text) {
  const icon = page.locator(`.part.activitybar .action-item:has(a[aria-label^="${CONTAINER}"])`);
  const open = await icon.evaluate((element) => element.classList.contains("checked"));
  if (!open) await icon.click();
  return sidebar(page, text);
}

/**
 * Waits until the text is to be seen in a page or frame.
 * @param {Page | Frame} where
 * @param {string | RegExp} text
 * @param {number} [timeout] ms
 */
export async function seeText(where, text, timeout = FIND_MS) {
  await where.getByText(text).first().waitFor({ timeout });
}

/**
 * Changes the colour theme of the running window by VS Code's own picker.
 * (The web workbench does not follow its settings file when another program writes it.)
 * @param {Page} page
 * @param {import("./lab.mjs").Theme} theme
 */
export async function setTheme(page, theme) {
  const { label, className } = THEMES[theme];
  await runCommand(page, "Preferences: Color Theme");
  await quickInput(page).locator('input.input[placeholder*="Theme"]').fill(label);
  await pickItem(page, label);
  await page.locator(`.monaco-workbench.${className}`).waitFor();
  await quickInput(page).waitFor({ state: "hidden" });
  await page.waitForTimeout(300); // the picker fades, and the colours with it
}

/**
 * Writes shots/<name>.png of the window as it is.
 * @param {Page} page
 * @param {string} name
 */
export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** Removes the pictures of failed steps of an earlier run. */
export function forgetFailures() {
  mkdirSync(SHOTS, { recursive: true });
  const old = readdirSync(SHOTS).filter((name) => name.startsWith(FAILED));
  for (const name of old) rmSync(path.join(SHOTS, name));
}

/**
 * Writes shots/<name>-light.png and shots/<name>-dark.png; the window is dark afterwards.
 * @param {Page} page
 * @param {string} name
 */
export async function shootThemes(page, name) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    await setTheme(page, theme);
    await shoot(page, `${name}-${theme}`);
  }
}

/**
 * What "Developer: Show Running Extensions" says of an extension, as "Slicewise … Activation: 12ms".
 * @param {Page} page
 * @param {string} name
 */
export async function runningExtension(page, name) {
  await runCommand(page, "Developer: Show Running Extensions");
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ ...size, height: 2_400 }); // the list is virtual: make every row exist
  const row = page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: name }).first();
  const text = await row.innerText();
  await page.setViewportSize(size);
  return text.replace(/\s+/g, " ");
}
