/** MTBI in words. The sidebar, the terminal and the report take them from here, so that none says what another does not. */
import { type Worked, interventions, mtbi } from "./mtbi.ts";

export function duration(ms: number): string {
  const [seconds, minutes] = [Math.round(ms / 1000), Math.round(ms / 60_000)];
  if (seconds < 60) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** A bound is never shown as more than it is: 13.35 h is "13.3 h". */
function atLeast(ms: number): string {
  if (ms < 60_000) return duration(Math.floor(ms / 1000) * 1000);
  return ms < 3_600_000
    ? duration(Math.floor(ms / 60_000) * 60_000)
    : `${(Math.floor(ms / 360_000) / 10).toFixed(1)} h`;
}

/** Fewer interventions have a point estimate of no worth. */
export const ENOUGH = 5;

/** A bound of less than a second says nothing. */
const SHORT_MS = 3000;

/** The figure and its interval, as far as they say something. */
export function mtbiWords(workedMs: number, n: number): { text: string; interval: string } {
  const { hours, low, high } = mtbi(workedMs / 3_600_000, n);
  const ms = (h: number): string => duration(h * 3_600_000);
  const text = hours === null ? `≥ ${atLeast(low * 3_600_000)}` : n < ENOUGH ? "not enough data" : ms(hours);
  return {
    text: workedMs < SHORT_MS ? "not enough data" : text,
    interval: hours === null || high === null ? "" : `${ms(low)} – ${ms(high)}`,
  };
}

/** "7 slices per intervention": a figure that waiting cannot make better, which is why it stands beside MTBI. */
function perIntervention(slices: number | null): string {
  if (slices === null) return "no intervention";
  const figure = slices.toFixed(slices < 10 && slices % 1 !== 0 ? 1 : 0);
  return `${figure} ${figure === "1" ? "slice" : "slices"} per intervention`;
}

export const mtbiOfOrder = (clock: Worked) => mtbiOf({ ...clock, interventions: interventions(clock.acts) });

/** Of acts that are merged already: those of several orders never are. */
export function mtbiOf(of: Omit<Worked, "acts"> & { interventions: number }) {
  const { workedMs, interventions: n, accepted, reverted } = of;
  const { text, interval } = mtbiWords(workedMs, n);
  const slicesPerIntervention = n === 0 ? null : accepted / n;
  const figure = `MTBI ${text}${interval === "" ? "" : ` (${interval})`}`;
  const line = [figure, perIntervention(slicesPerIntervention), `${reverted} reverted`].join(" · ");
  return { text, interval, line, interventions: n, workedMs, slicesPerIntervention, reverted };
}
