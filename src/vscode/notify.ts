/** Shows notices: only gates, stops and the end. Also keeps the context keys behind the palette's `when` clauses. */
import { type Disposable, commands, window } from "vscode";
import type { OrderView, View } from "../protocol/view.ts";
import { contextsOf } from "./contexts.ts";
import { type Notice, noticesOf } from "./notices.ts";
import type { Session } from "./session.ts";

const SHOWN_BY = {
  info: window.showInformationMessage,
  warning: window.showWarningMessage,
  error: window.showErrorMessage,
} as const;

/** @param inView whether the user has the sidebar before them */
export function registerNotices(
  session: Pick<Session, "onView" | "asked">,
  inView: () => boolean,
): Disposable {
  let before: OrderView | null = null;
  return session.onView(({ order, host }) => {
    // A plan that is being checked says nothing yet; what it was before is what its news are news to.
    if (order?.phase === "gate" && !order.can.approvePlan) return;
    // Where the order can only be read, another window tells its user.
    const works = host === "ready" || host === "no-models";
    const notices = order && works ? noticesOf(before, order, session.asked()) : [];
    before = works ? order : null;
    for (const { atOnce, ...notice } of notices) {
      if (atOnce) void commands.executeCommand(atOnce.command, ...atOnce.args);
      if (notice.news === "always" || !inView()) void show(notice);
    }
  });
}

/** The message may stay open for hours; nothing waits for it. */
async function show({ level, text, actions }: Omit<Notice, "atOnce">): Promise<void> {
  const picked = await SHOWN_BY[level](text, ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === picked);
  if (action) await commands.executeCommand(action.command, ...action.args);
}

export function registerContexts(session: Pick<Session, "onView">): Disposable {
  const known = new Map<string, boolean>();
  return session.onView((view: View) => {
    for (const [act, can] of Object.entries(contextsOf(view))) {
      if (known.get(act) === can) continue;
      known.set(act, can);
      void commands.executeCommand("setContext", `slicewise.can.${act}`, can);
    }
  });
}
