import type { SliceView, View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { choiceCost, shortName, splitRoute } from "../format.ts";
import { type Option, Select } from "../ui.tsx";

const CLASSES: Record<SliceView["class"], string> = {
  C1: "C1 mechanical",
  C2: "C2 bounded",
  C3: "C3 non-trivial",
  C4: "C4 architecture",
};
const isClass = (value: string): value is SliceView["class"] => value in CLASSES;

/** With what it is expected to cost, where that is known. */
function priced({ order }: View, { class: kind }: SliceView, tier: string, name: string): string {
  const cost = choiceCost(order?.choices ?? [], tier, kind);
  return cost === "" ? name : `${name}  ${cost}`;
}

/** "auto", the rungs of the ladder, and the route the task file names if it is on none. */
function routes(view: View, slice: SliceView): Option[] {
  const names = ["auto", ...view.ladder.map(({ name }) => name)];
  return [...new Set([...names, slice.route])].map((value) => ({
    value,
    text: value === "auto" ? "auto" : priced(view, slice, value, shortName(value)),
  }));
}

/** Efforts the model of the route takes; none when there is nothing to choose. */
function efforts({ ladder }: View, route: string): string[] {
  const { model } = splitRoute(route);
  return ladder.find(({ name }) => splitRoute(name).model === model)?.efforts ?? [];
}

/** Class, route and effort, changed in place; the next snapshot brings the new prediction. */
export function RouteEditor({ page, view, slice }: { page: Page; view: View; slice: SliceView }) {
  const { command } = page.send;
  const { id, route } = slice;
  const { model, effort } = splitRoute(route);
  const choice = efforts(view, route);
  const reroute = (to: string) => command({ do: "reroute", slice: id, route: to });
  return (
    <div className="fields">
      <Select
        label="Class"
        value={slice.class}
        options={Object.entries(CLASSES).map(([value, text]) => ({ value, text }))}
        onPick={(value) => isClass(value) && command({ do: "reclass", slice: id, class: value })}
      />
      <Select label="Route" value={route} options={routes(view, slice)} onPick={reroute} />
      {choice.length > 1 && effort !== null && (
        <Select
          label="Effort"
          value={effort}
          options={choice.map((value) => ({
            value,
            text: priced(view, slice, `${model}@${value}`, value),
          }))}
          onPick={(value) => reroute(`${model}@${value}`)}
        />
      )}
    </div>
  );
}
