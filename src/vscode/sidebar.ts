/** The sidebar's host half: a page under a strict policy, snapshots and deltas out, validated messages in. */
import {
  type Disposable,
  type Event,
  Uri,
  type Webview,
  type WebviewView,
  commands,
  env,
  l10n,
  window,
} from "vscode";
import type { Command } from "../core/event.ts";
import type { HostAct, ToView } from "../protocol/messages.ts";
import { PROTOCOL, type View } from "../protocol/view.ts";
import { sendSaved } from "./planFiles.ts";
import type { Session } from "./session.ts";

export const SIDEBAR = "slicewise.sidebar";

type Acts = {
  [K in HostAct["act"]]: (act: Extract<HostAct, { act: K }>) => [command: string, ...args: unknown[]];
};

const ACTS: Acts = {
  plan: () => ["slicewise.plan"],
  trySample: () => ["slicewise.trySample"],
  chooseModels: () => ["slicewise.chooseModels"],
  setKey: () => ["slicewise.setKey"],
  openPlan: () => ["slicewise.openPlan"],
  openReport: () => ["slicewise.showReport"],
  openLog: () => ["slicewise.openLog"],
  openOrder: ({ order }) => ["slicewise.resume", order],
  openTask: ({ slice }) => ["slicewise.openTask", slice],
  openBriefing: ({ slice }) => ["slicewise.openBriefing", slice],
  review: ({ slice, path }) => ["slicewise.review", slice, path],
  openEvidence: ({ output, name }) => ["slicewise.openEvidence", null, { output, name }],
  reject: ({ slice }) => ["slicewise.reject", slice],
  rerunOn: ({ slice }) => ["slicewise.rerunOn", slice],
  changeRoute: ({ slice }) => ["slicewise.changeRoute", slice],
  fix: ({ fix }) => ["slicewise.fix", fix],
  openAt: ({ path, line }) => ["slicewise.openAt", path, line],
  manageTrust: () => ["workbench.trust.manage"],
};

/** What the sidebar needs of the session. */
type Source = Pick<Session, "view" | "onView" | "onDelta" | "open" | "send" | "log" | "works">;

export type Sidebar = Disposable & {
  /** True while the user has it before them. */
  inView(): boolean;
};

export function registerSidebar(source: Source, extension: Uri): Sidebar {
  let shown: WebviewView | null = null;
  const registered = window.registerWebviewViewProvider(SIDEBAR, {
    resolveWebviewView: (view) => {
      shown = view;
      const dist = Uri.joinPath(extension, "dist");
      view.webview.options = { enableScripts: true, localResourceRoots: [dist] };
      const stops = connect(view, source);
      view.onDidDispose(() => {
        for (const stop of stops) stop.dispose();
        if (shown === view) shown = null;
      });
      view.webview.html = page(view.webview, dist);
    },
  });
  return {
    inView: () => shown?.visible === true && window.state.focused,
    dispose: () => void registered.dispose(),
  };
}

/** Nothing is posted to a view that is hidden; when it is shown again it gets the latest snapshot. */
function connect(view: WebviewView, source: Source): Disposable[] {
  const post = (message: ToView): void => {
    if (view.visible) void view.webview.postMessage(message);
  };
  const show = (latest: View): void => {
    const waiting = latest.order?.slices.filter(({ at }) => at === "approval").length ?? 0;
    view.badge =
      waiting === 0 ? undefined : { value: waiting, tooltip: l10n.t("{0} awaiting approval", waiting) };
    post({ type: "snapshot", protocol: PROTOCOL, view: latest });
  };
  const on = <T>(event: Event<T>, listener: (value: T) => unknown): Disposable => event(listener);
  return [
    on(source.onView, show),
    on(source.onDelta, ({ slice, kind, text }) => post({ type: "delta", slice, kind, text })),
    on(view.onDidChangeVisibility, () => show(source.view())),
    on(view.webview.onDidReceiveMessage, (raw: unknown) => receive(raw, source, post, show)),
  ];
}

/** Whatever is no message of the protocol is logged and ignored. */
async function receive(
  raw: unknown,
  source: Source,
  post: (message: ToView) => void,
  show: (view: View) => void,
): Promise<void> {
  const message = (await source.works()).message(raw);
  if ("problem" in message) return source.log.warn(`The sidebar sent what is no message: ${message.problem}`);
  switch (message.type) {
    case "hello":
      return show(source.view());
    case "command":
      return sendFrom(message.command, source, post);
    case "act": {
      // The one cast: the entry found under `act` takes that very act.
      const toCommand = ACTS[message.act.act] as (act: HostAct) => [string, ...unknown[]];
      await commands.executeCommand(...toCommand(message.act));
    }
  }
}

async function sendFrom(command: Command, source: Source, post: (message: ToView) => void): Promise<void> {
  const refusal = await sendSaved(source, command);
  if (refusal) post({ type: "refused", why: refusal.refused });
}

/**
 * Scripts only with this page's nonce, styles and fonts only from our own folder, nothing from anywhere else. The toolkit
 * finds the nonce by the meta element of that name, for the one style element it makes to see what the browser can do.
 */
function page(webview: Webview, dist: Uri): string {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const at = (file: string): string => webview.asWebviewUri(Uri.joinPath(dist, file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${env.language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta property="csp-nonce" content="${nonce}" />
    <title>Slicewise</title>
    <link rel="stylesheet" href="${at("webview.css")}" />
  </head>
  <body>
    <div id="slicewise"></div>
    <script nonce="${nonce}" src="${at("webview.js")}"></script>
  </body>
</html>`;
}
