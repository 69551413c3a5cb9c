/** All figures, in the order of the table. A later figure is a file beside this one and a line here. */
import { copyProgram } from "../polyglot/program.ts";
import { briefingFigures } from "./briefing.ts";
import { codeMapFigures } from "./codeMap.ts";
import { criticFigures } from "./critics.ts";
import { activationFigure, vendorFigure, vsixFigure } from "./editor.ts";
import { type Figure, atMost, rounded } from "./figure.ts";
import { logFigures } from "./log.ts";
import { memoryFigures } from "./memory.ts";
import { polyglotFigures } from "./polyglot.ts";
import { quiet } from "./quiet.ts";
import { decisionMs } from "./router/speed.ts";
import { timeFigures } from "./times.ts";
import { tokenFigures } from "./tokens.ts";

const GROUPS: Record<string, (root: string, main: string) => Promise<Figure[]>> = {
  tokens: (_root, main) => tokenFigures(main),
  briefing: (root) => briefingFigures(root),
  times: (_root, main) => timeFigures(main),
  memory: (_root, main) => memoryFigures(main),
  log: () => logFigures(),
  codemap: (root) => codeMapFigures(root),
  critics: (root) => criticFigures(root),
  router: () => routerFigures(),
  editor: async (root) => [await activationFigure(root), await vendorFigure(root), await vsixFigure(root)],
  polyglot: (root) => polyglotFigures(root),
};

const DECIDED = 51;

async function routerFigures(): Promise<Figure[]> {
  await quiet();
  const { middle, first } = decisionMs(DECIDED);
  return [
    atMost({
      name: "1,000 routing decisions",
      value: rounded(middle, 0),
      unit: "ms",
      reach: 50,
      how: `12 tiers, 10,000 past attempts folded first; median of ${DECIDED}; the first one ${rounded(first, 0)} ms`,
    }),
  ];
}

/** `root` is the repository, built; `names` are the groups wanted, none of them means all. `done` is told each figure. */
export async function figures(
  root: string,
  names: readonly string[],
  done: (figure: Figure) => void,
): Promise<Figure[]> {
  const unknown = names.filter((name) => !Object.hasOwn(GROUPS, name));
  if (unknown.length > 0)
    throw new Error(`no group ${unknown.join(", ")}; there are: ${Object.keys(GROUPS).join(", ")}`);
  const main = copyProgram(root);
  const all: Figure[] = [];
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const figure of await measure(root, main)) {
      all.push(figure);
      done(figure);
    }
  }
  return all;
}
