import type { AlternativeView, SliceView } from "../../src/protocol/view.ts";
import { money, percent, roughly, shortName } from "../format.ts";

/** The name stands above its figures: side by side they do not fit into a narrow sidebar. */
const Group = ({ tier, right, attempt, cost, ms, chosen }: AlternativeView) => (
  <tbody className={chosen ? "chosen" : undefined}>
    <tr>
      <th scope="rowgroup" colSpan={3}>
        {shortName(tier)}
        {chosen && <span className="hidden"> (chosen)</span>}
      </th>
    </tr>
    <tr>
      <td>{percent(right)}</td>
      <td>{attempt === null ? "?" : money(attempt)}</td>
      <td title={ms === null ? undefined : `about ${roughly(ms)}`}>{cost === null ? "?" : money(cost)}</td>
    </tr>
  </tbody>
);

/** What the router chose among: how often each is held to be right, what a try costs, and all until the slice is done. */
export const Alternatives = ({ slice }: { slice: SliceView }) =>
  slice.alternatives.length === 0 ? null : (
    <table className="alternatives">
      <caption className="hidden">What slice {slice.id} was routed among, the best first</caption>
      <thead>
        <tr>
          <th scope="col">Right</th>
          <th scope="col">A try</th>
          <th scope="col">Until done</th>
        </tr>
      </thead>
      {slice.alternatives.map((one) => (
        <Group key={one.tier} {...one} />
      ))}
    </table>
  );
