/** Composes Slicewise in VS Code. What is heavy (engine, providers, schemas) is loaded when something first asks for it. */
import { type Disposable, type ExtensionContext, window, workspace } from "vscode";
import { registerCommands } from "./vscode/commands.ts";
import { registerDocuments } from "./vscode/documents.ts";
import { openKeys } from "./vscode/keys.ts";
import { registerComments } from "./vscode/comments.ts";
import { registerContexts, registerNotices } from "./vscode/notify.ts";
import { onDisk } from "./vscode/place.ts";
import { registerPlanFiles } from "./vscode/planFiles.ts";
import { registerProblems } from "./vscode/problems.ts";
import { Session } from "./vscode/session.ts";
import { registerSidebar } from "./vscode/sidebar.ts";
import { registerStatusBar } from "./vscode/statusBar.ts";
import type { Works } from "./vscode/works.ts";

let session: Session | null = null;

export function activate(context: ExtensionContext): void {
  const began = performance.now();
  const log = window.createOutputChannel("Slicewise", { log: true });
  const keys = openKeys(context);
  let works: Promise<Works> | null = null;
  const open = new Session(
    String((context.extension.packageJSON as { version: unknown }).version),
    context,
    () =>
      (works ??= import("./editorHost.ts").then(({ openWorks }) =>
        openWorks({ storage: context.globalStorageUri.fsPath, media: context.asAbsolutePath("media") }, keys),
      )),
    log,
  );
  session = open;
  const sidebar = registerSidebar(open, context.extensionUri);
  const problems = registerProblems(open);
  context.subscriptions.push(
    log,
    sidebar,
    problems,
    registerPlanFiles(open, problems.broken),
    registerDocuments(open),
    registerComments(open),
    registerContexts(open),
    registerNotices(open, () => sidebar.inView()),
    ...registerStatusBar(open),
    ...registerCommands({ session: open, keys, context }),
    ...changesOf(context, open),
  );
  log.info(`Activated in ${(performance.now() - began).toFixed(1)} ms.`);
  // After activation has been answered: opening an order loads the engine.
  setTimeout(() => void open.resume().catch((error: unknown) => log.error(String(error))), 0);
}

/** What changes around an order while the window is open. */
function changesOf(context: ExtensionContext, open: Session): Disposable[] {
  const failed = (error: unknown): void => open.log.error(String(error));
  const reconfigure = (): void => void open.reconfigure().catch(failed);
  const resume = (): void => void open.resume().catch(failed);
  const file = workspace.createFileSystemWatcher("**/.slicewise/settings.json");
  return [
    file,
    file.onDidChange(reconfigure),
    file.onDidCreate(reconfigure),
    file.onDidDelete(reconfigure),
    context.secrets.onDidChange(reconfigure),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("slicewise") && reconfigure()),
    workspace.onDidGrantWorkspaceTrust(resume),
    workspace.onDidChangeWorkspaceFolders(
      ({ added }) => (added.length > 0 || onDisk().length === 0) && resume(),
    ),
  ];
}

/** What runs is cut off, uses up no try, and goes on when the order is resumed. */
export async function deactivate(): Promise<void> {
  await session?.dispose();
}
