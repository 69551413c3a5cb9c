/** The open order's findings as VS Code's problems on its files, each with its quick fix. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionProvider,
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  Range,
  type Uri,
  languages,
  l10n,
  workspace,
} from "vscode";
import type { Fix } from "../core/order.ts";
import type { OrderFile } from "../engine/ports.ts";
import { type Problem, problemsOf } from "./findings.ts";
import { atMost } from "./pace.ts";
import { below } from "./place.ts";
import { textOf } from "./planFiles.ts";
import type { Session } from "./session.ts";
import type { Works } from "./works.ts";

const TASKS = { scheme: "file", pattern: "**/.slicewise/orders/*/tasks/*.md" };
/** Drawings a second, at most. */
const PER_SECOND = 5;

type Source = Pick<Session, "open" | "view" | "onView" | "folder" | "works" | "log">;
type Shown = { order: string; findings: unknown; broken: unknown };

export type Problems = Disposable & {
  /** Files of the open order that cannot be read now. */
  broken(files: readonly OrderFile[]): void;
};

export function registerProblems(session: Source): Problems {
  const collection = languages.createDiagnosticCollection("slicewise");
  const fixes = new Map<Diagnostic, Fix>();
  let broken: readonly OrderFile[] = [];
  let shown: Shown | null = null;
  const draw = atMost(
    PER_SECOND,
    async () => {
      const drawn = await drawnOf(session, broken);
      collection.clear();
      fixes.clear();
      for (const { uri, diagnostics } of drawn) {
        collection.set(
          uri,
          diagnostics.map(([diagnostic]) => diagnostic),
        );
        for (const [diagnostic, fix] of diagnostics) if (fix) fixes.set(diagnostic, fix);
      }
    },
    (error) => session.log.error(String(error)),
  );
  const look = (): void => {
    const order = shownOrder(session);
    const now = order && { order: order.id, findings: order.findings, broken };
    if (now?.order === shown?.order && now?.findings === shown?.findings && now?.broken === shown?.broken)
      return;
    shown = now;
    draw();
  };
  const stops = [
    collection,
    session.onView(look),
    // What a finding is about moves while its file is edited.
    workspace.onDidChangeTextDocument(({ document }) => collection.has(document.uri) && draw()),
    languages.registerCodeActionsProvider(TASKS, quickFixes(session, fixes), {
      providedCodeActionKinds: [CodeActionKind.QuickFix],
    }),
  ];
  return {
    broken: (files) => {
      if (files.length === 0 && broken.length === 0) return;
      broken = files;
      look();
    },
    dispose: () => void stops.forEach((stop) => void stop.dispose()),
  };
}

/** The order whose findings count: the one that is open, until it ends. */
function shownOrder(session: Source) {
  const { order } = session.view();
  return order && session.open()?.orderId === order.id && order.phase !== "ended" ? order : null;
}

type Drawn = { uri: Uri; diagnostics: [Diagnostic, Fix | null][] };

async function drawnOf(session: Source, broken: readonly OrderFile[]): Promise<Drawn[]> {
  const [order, folder] = [shownOrder(session), session.folder()];
  if (!order || !folder) return [];
  const works = await session.works();
  const problems = problemsOf(order, broken);
  const drawn = [...new Set(problems.map(({ path }) => path))].map(async (path): Promise<Drawn | null> => {
    const uri = below(folder.uri, path);
    if (!uri) return null;
    // A file that is gone still has its problem.
    const text = await textOf(uri).catch(() => "");
    const here = problems.filter((one) => one.path === path);
    return { uri, diagnostics: here.map((one) => [diagnosticOf(one, text, works), one.fix]) };
  });
  return (await Promise.all(drawn)).filter((one) => one !== null);
}

const SEVERITY = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning };

function diagnosticOf(problem: Problem, text: string, works: Works): Diagnostic {
  const { line, key, severity, code, text: message } = problem;
  const extent = key === null ? null : works.extentOf(text, key);
  const range = extent
    ? new Range(...positionAt(text, extent.start), ...positionAt(text, extent.end))
    : lineRange(text, line);
  const diagnostic = new Diagnostic(range, message, SEVERITY[severity]);
  diagnostic.source = "Slicewise";
  diagnostic.code = code;
  return diagnostic;
}

function positionAt(text: string, offset: number): [line: number, character: number] {
  const before = text.slice(0, offset).split("\n");
  return [before.length - 1, before.at(-1)?.length ?? 0];
}

/** What stands on the line, from 1. */
function lineRange(text: string, line: number): Range {
  const words = (text.split("\n")[line - 1] ?? "").trimEnd();
  return new Range(line - 1, words.length - words.trimStart().length, line - 1, Math.max(words.length, 1));
}

/** An action is shown at once; its edit is made when it is chosen. */
type FixAction = CodeAction & { fix: Fix };

const quickFixes = (session: Source, fixes: ReadonlyMap<Diagnostic, Fix>): CodeActionProvider<FixAction> => ({
  provideCodeActions: (_document, _range, { diagnostics }) =>
    diagnostics.flatMap((diagnostic) => {
      const fix = fixes.get(diagnostic);
      if (!fix) return [];
      const isPreferred = fix.do !== "drop" && fix.do !== "merge";
      return [
        { title: titleOf(fix), kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred, fix },
      ];
    }),
  resolveCodeAction: async (action) => {
    const folder = session.open()?.folder;
    if (folder === undefined) return action;
    const edit = await (await session.works()).editOf(folder, action.fix);
    // Saves and checks. Without arguments: VS Code forgets those of an action whose list it has closed.
    return {
      ...action,
      edit,
      command: { title: l10n.t("Check Plan Again"), command: "slicewise.checkPlan" },
    };
  },
});

function titleOf(fix: Fix): string {
  switch (fix.do) {
    case "addNeed":
      return l10n.t("Let {0} wait for {1}", fix.slice, fix.need);
    case "removeNeed":
      return l10n.t("Take {1} out of what {0} needs", fix.slice, fix.need);
    case "setBefore":
      return l10n.t("Say `before: {1}` of check {2} of {0}", fix.slice, fix.before, fix.check + 1);
    case "drop":
      return l10n.t("Drop slice {0}", fix.slice);
    case "merge":
      return l10n.t("Merge slice {1} into {0}", fix.into, fix.from);
  }
}
