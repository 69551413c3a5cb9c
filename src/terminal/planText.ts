/** The plan in a terminal: its figures, what the critics found, and its last amendment as a diff. */
import { duration } from "../protocol/project.ts";
import {
  type AmendmentView,
  type CalibrationView,
  type CheckView,
  type KeyChange,
  type OrderView,
  type Range,
  type SliceView,
  triedOnBase,
} from "../protocol/view.ts";

/** For texts of others within a line of ours: a newline in them would begin a line that looks like one of ours. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ");

export const dollars = (amount: number | null): string =>
  amount === null ? "cost unknown" : `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)}`;

/** " ($0.02 – $0.11 in four of five cases)"; empty where nothing is known. */
export const rangeText = (range: Range | null, text: (amount: number) => string): string =>
  range === null ? "" : ` (${text(range.low)} – ${text(range.high)} in 4 of 5 cases)`;

/** "predictions: spent 1.12 times what was predicted, 5 of 6 slices within their interval". */
export function calibrationText({ cost, time }: OrderView["calibration"]): string | null {
  const words = (of: CalibrationView | null, what: string): string[] =>
    of === null
      ? []
      : [
          `${what} ${of.ratio.toFixed(2)} times what was predicted, ${Math.round(of.inside * of.n)} of ${of.n} slices within their interval`,
        ];
  const all = [...words(cost, "cost"), ...words(time, "time")];
  return all.length === 0 ? null : `predictions: ${all.join("; ")}`;
}

/** Where the critical path goes in the table of slices. */
export const CRITICAL = "◆";

type Finding = OrderView["findings"][number];

/** "error: .slicewise/…/03-cut.md:7 writes.0: 02 and 03 both write a.js. → Let 03 need 02." */
export function findingLine({ severity, at, key, message, remedy }: Finding): string {
  const place = at ? `${at.path}:${at.line}${key === undefined ? "" : ` ${key}`}: ` : "";
  return oneLine(`${severity}: ${place}${message}${remedy === "" ? "" : ` → ${remedy}`}`);
}

/** Cost and time of the whole plan; empty once nothing is left of it. */
function figures({ predicted, predictedRange, predictedTop, money, time, slices }: OrderView): string[] {
  if (!slices.some(({ at }) => at !== "done" && at !== "dropped")) return [];
  const { topTier } = money;
  const known = topTier !== null && typeof predictedTop === "number";
  const top = known ? `, ${dollars(predictedTop)} with ${topTier} for everything` : "";
  const cost = `${predicted === null ? "cost unknown" : `~${dollars(predicted)}${rangeText(predictedRange, dollars)}`}${top}`;
  const { sumMs, sumRange, criticalMs } = time;
  if (sumMs === null || criticalMs === null) return [`predicted: ${cost}`];
  const path = criticalMs === sumMs ? "" : `${duration(criticalMs)} on the critical path ${CRITICAL}, `;
  return [
    `predicted: ${cost}; about ${path}${duration(sumMs)} one after another${rangeText(sumRange, duration)}`,
  ];
}

const SIGN = { added: "+", changed: "~", dropped: "–" } as const;

function keyLines({ key, before, after }: KeyChange): string[] {
  if (key !== "body") return [`      ${key}: ${oneLine(before) || "none"} → ${oneLine(after) || "none"}`];
  const signed = (sign: string, text: string) =>
    text === "" ? [] : text.split("\n").map((line) => `        ${sign} ${line}`);
  return ["      body:", ...signed("-", before), ...signed("+", after)];
}

const amendmentLines = ({ why, changes }: AmendmentView): string[] => [
  `plan amended: ${oneLine(why)}`,
  ...changes.flatMap(({ slice, title, what, why: reason, keys }) => [
    `  ${SIGN[what]} ${slice} ${oneLine(title)}: ${oneLine(reason)}`,
    ...keys.flatMap(keyLines),
  ]),
];

/** A check that did not do on the base tree what the plan says; those that did are counted. */
function baseTree(slices: readonly SliceView[]): string[] {
  const { tried, odd } = triedOnBase(slices);
  if (tried.length === 0) return [];
  return [
    `base tree: ${tried.length - odd.length} of ${tried.length} checks do what the plan says`,
    ...odd.map(({ id, name, base }) => `  ${id} ${oneLine(`${name}: ${base.words}`)}`),
  ];
}

/** What a person reads before they approve the plan; afterwards what is still news. */
export function planLines(view: OrderView): string[] {
  const { phase, replanning, replanFault, drift, amendment, rejectedPaths } = view;
  const atGate = phase === "gate";
  return [
    ...(phase === "ended" ? [] : figures(view)),
    ...(replanning === null ? [] : [oneLine(`the plan is to be amended: ${replanning}`)]),
    ...(replanFault === null ? [] : [oneLine(`the plan was not amended: ${replanFault}`)]),
    ...(drift ? [`drift: ${drift.words}`, ...drift.paths.map((path) => `  ${oneLine(path)}`)] : []),
    ...(amendment ? (atGate ? amendmentLines(amendment) : amendmentLines(amendment).slice(0, 1)) : []),
    ...rejectedPaths.map((path) => oneLine(`rejected path: ${path}`)),
    ...view.findings.map(findingLine),
    ...(atGate ? baseTree(view.slices) : []),
    ...(atGate ? view.assumptions.map((line) => oneLine(`assumption: ${line}`)) : []),
  ];
}

/** "check pass: npm test", with what it did on the base tree while nothing was attempted. */
export function checkLine({ kind, name, result, why, base, by, facts = [] }: CheckView): string {
  if (kind === "refusal") return oneLine(`${name} ${why}`);
  const judged = by === undefined ? why : `${by}${why === "" ? "" : `: ${why}`}`;
  const said = base
    ? `${base.words}, ${duration(base.ms)}`
    : [judged, ...facts].filter((one) => one !== "").join("; ");
  return oneLine(`check ${result}: ${name}${said ? ` (${said})` : ""}`);
}
