/**
 * How much of bounded work a model is held to get right before this workspace has shown anything, from a small dated table:
 * measured where a public table has it, else assumed and said so. The router's own log soon knows better.
 */
import type { Effort, Tier } from "../core/order.ts";
import { undated } from "./catalogueTable.ts";
import data from "./quality.json" with { type: "json" };

/** `at` is the effort the rate is of; null when the model had none. */
type Row = { rate: number; at: Effort | null; from: keyof typeof data.sources };
export type Quality = { rate: number; from: string };

/** The name alone: a gateway's path, a date, and dots for hyphens make no other model. */
const plain = (model: string): string =>
  undated(model.slice(model.lastIndexOf("/") + 1)).replaceAll(".", "-");

const ROWS = new Map(Object.entries(data.rates).map(([id, row]) => [plain(id), row as Row]));
/** How far an effort moves a rate, in logits against medium. */
const MOVES = data.efforts as Record<Effort, number>;

const logit = (share: number): number => Math.log(share / (1 - share));
const DIGITS = 1000;

/** Null for a model nobody has said anything of. */
export function qualityOf({ model, effort }: Pick<Tier, "model" | "effort">): Quality | null {
  const row = ROWS.get(plain(model));
  if (row === undefined) return null;
  const moved = effort === null || row.at === null ? 0 : MOVES[effort] - MOVES[row.at];
  const rate = 1 / (1 + Math.exp(-logit(row.rate) - moved));
  return { rate: Math.round(rate * DIGITS) / DIGITS, from: data.sources[row.from] };
}
