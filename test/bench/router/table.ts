/** Outcomes of models on instances, read from CSV (RFC 4180): suite, instance, model, effort, resolved, cost_usd, steps. */

/** One model's try at one instance. `cost` (dollars) and `steps` are null where the table has none. */
export type Outcome = {
  suite: string;
  instance: string;
  model: string;
  effort: string;
  resolved: boolean;
  cost: number | null;
  steps: number | null;
};

/** What is wrong with the user's file or arguments, in words for them. */
export class Unusable extends Error {}

/** Rows of fields; quoted ones may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  const source = text.replace(/^\uFEFF/, "");
  while (field.lastIndex < source.length || row.length > 0) {
    const at = field.lastIndex;
    const found = field.exec(source);
    if (!found)
      throw new Unusable(`line ${rows.length + 1}: a quote that is not closed, or stands inside a field`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] !== ",") {
      rows.push(row);
      row = [];
    }
    if (field.lastIndex === at && found[3] === "") break;
  }
  return rows.filter((fields) => fields.length > 1 || fields[0] !== "");
}

const NEEDED = ["instance", "model", "resolved"] as const;
const YES = ["1", "1.0", "true", "yes"];
const NO = ["0", "0.0", "false", "no"];

/** A number that can have been spent, or null for an empty field. */
function amount(text: string, column: string, line: number): number | null {
  if (text.trim() === "") return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unusable(`line ${line}: ${column} is "${text}", not a number`);
  return value >= 0 ? value : null;
}

export function readTable(text: string): Outcome[] {
  const [head, ...rows] = parseCsv(text);
  const columns = (head ?? []).map((name) => name.trim().toLowerCase());
  const missing = NEEDED.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new Unusable(
      `no column ${missing.join(", ")}; wanted are suite, instance, model, effort, resolved, cost_usd, steps`,
    );
  return rows.map((fields, at) => {
    const line = at + 2;
    if (fields.length !== columns.length)
      throw new Unusable(`line ${line}: ${fields.length} fields, the heading has ${columns.length}`);
    const of = (name: string): string => fields[columns.indexOf(name)] ?? "";
    const resolved = of("resolved").trim().toLowerCase();
    if (![...YES, ...NO].includes(resolved))
      throw new Unusable(`line ${line}: resolved is "${of("resolved")}", not 0, 1, true or false`);
    return {
      suite: of("suite"),
      instance: of("instance"),
      model: of("model"),
      effort: of("effort"),
      resolved: YES.includes(resolved),
      cost: amount(of("cost_usd"), "cost_usd", line),
      steps: amount(of("steps"), "steps", line),
    };
  });
}

/** A model at one effort, as one name: "model" or "model@effort". */
export const tierOf = ({ model, effort }: Outcome): string => (effort === "" ? model : `${model}@${effort}`);

/** The tries of one instance, by tier; the first of several counts. */
export type Instance = { name: string; tries: ReadonlyMap<string, Outcome> };

/** Instances in the order of the file. */
export function instancesOf(outcomes: readonly Outcome[]): Instance[] {
  const found = new Map<string, Map<string, Outcome>>();
  for (const outcome of outcomes) {
    const name = `${outcome.suite}\n${outcome.instance}`;
    const tries = found.get(name) ?? new Map<string, Outcome>();
    if (!tries.has(tierOf(outcome))) tries.set(tierOf(outcome), outcome);
    found.set(name, tries);
  }
  return [...found].map(([name, tries]) => ({ name, tries }));
}
