/**
 * A reviewer's findings as comment threads on the proposed side of the diff. An answer in a thread is written to the log, and
 * the next attempt is told. Threads go with the order they belong to.
 */
import {
  type Comment,
  type CommentController,
  CommentMode,
  type CommentReply,
  type CommentThread,
  CommentThreadCollapsibleState,
  CommentThreadState,
  type Disposable,
  Range,
  comments,
  l10n,
  window,
} from "vscode";
import { documentUri } from "./documents.ts";
import { type Thread, threadsOf } from "./reviewThreads.ts";
import type { Session } from "./session.ts";

type Source = Pick<Session, "open" | "onView" | "log">;

function words(result: Thread["result"]): string {
  if (result === "pass") return l10n.t("met");
  return result === "fail" ? l10n.t("not met") : l10n.t("cannot tell");
}

/** Which finding a thread shows; what VS Code hands to a command is the thread. */
const findings = new WeakMap<CommentThread, Thread>();

export function registerComments(session: Source): Disposable {
  const pane = comments.createCommentController("slicewise", "Slicewise");
  pane.options = {
    prompt: l10n.t("Tell the next attempt"),
    placeHolder: l10n.t("What should be done otherwise? It is told to the next attempt at this slice."),
  };
  let shown = new Map<string, { thread: CommentThread; drawn: string }>();
  const draw = (): void => {
    const open = session.open();
    const wanted = open ? threadsOf(open.engine.order()) : [];
    const before = shown;
    shown = new Map();
    for (const one of wanted) {
      const drawn = JSON.stringify(one);
      const old = before.get(one.key);
      before.delete(one.key);
      const thread = old?.thread ?? made(pane, open?.orderId ?? "", one);
      if (old?.drawn !== drawn) fill(thread, one);
      shown.set(one.key, { thread, drawn });
    }
    for (const { thread } of before.values()) thread.dispose();
  };
  const views = session.onView(draw);
  return {
    dispose: () => {
      views.dispose();
      pane.dispose();
    },
  };
}

function made(
  pane: CommentController,
  order: string,
  { about: { path, line }, sha, result }: Thread,
): CommentThread {
  const thread = pane.createCommentThread(
    documentUri(order, sha, path),
    new Range(line - 1, 0, line - 1, 0),
    [],
  );
  thread.collapsibleState =
    result === "pass" ? CommentThreadCollapsibleState.Collapsed : CommentThreadCollapsibleState.Expanded;
  return thread;
}

/** The words alone must say it all: a screen reader reads label, author and text. */
function fill(thread: CommentThread, one: Thread): void {
  findings.set(thread, one);
  const verdict = words(one.result);
  thread.label = l10n.t("{0}: {1}: {2}", one.slice, verdict, one.about.check);
  thread.state = one.result === "pass" ? CommentThreadState.Resolved : CommentThreadState.Unresolved;
  thread.canReply = one.open;
  thread.contextValue = one.open ? "open" : "closed";
  // The title is cut where there is little room: the criterion stands here, too.
  const said = [one.reason, one.note].filter((text) => text !== "").join(" ");
  const body = `${one.about.check}: ${said}`;
  thread.comments = [
    commentOf(l10n.t("Reviewer {0}", one.by), body, verdict),
    ...one.answers.map((text) => commentOf(l10n.t("You"), text, l10n.t("for the next attempt"))),
  ];
}

const commentOf = (name: string, body: string, label: string): Comment => ({
  author: { name },
  // A string is shown as it is: what a model wrote makes no links and loads no pictures.
  body,
  label,
  mode: CommentMode.Preview,
});

const isReply = (value: unknown): value is CommentReply =>
  typeof value === "object" && value !== null && "thread" in value && "text" in value;

/** Writes an answer down. What cannot be written is said, and the text is left to be copied. */
export async function answerFinding(session: Pick<Session, "send">, given: unknown): Promise<void> {
  const finding = isReply(given) ? findings.get(given.thread) : undefined;
  if (!isReply(given) || !finding) throw new Error(l10n.t("This is no finding of a reviewer."));
  const { slice, about } = finding;
  const refusal = await session.send({ do: "note", slice, about, text: given.text });
  if (refusal) throw new Error(`${refusal.refused} ${given.text}`);
  window.setStatusBarMessage(
    l10n.t("Noted: the next attempt at {0} is told. Reject it to start one.", slice),
    6000,
  );
}
