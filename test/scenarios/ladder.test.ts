/** What happens to an order whose ladder is empty, names a stranger, or loses a model in mid-order. */
import { expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import { Tier } from "../../src/core/order.ts";
import { LADDER, finish, makeLab, send, write, writes } from "./lab.ts";

const faults = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) =>
    entry.type === "faulted" || (entry.type === "stuck" && "kind" in entry.why)
      ? [entry.type === "faulted" ? entry.fault.message : "kind" in entry.why ? entry.why.message : ""]
      : [],
  );
const check = (path: string) => ({ checks: [{ run: `grep -q good ${path}`, before: "fail" }] });

test("a model removed by its vendor in mid-order: said, nothing lost, and on with another one", async () => {
  const [gone, other] = LADDER;
  if (!gone || !other) throw new Error("the lab has no ladder");
  const lab = makeLab({
    settings: { tiers: [gone], parallel: 1 },
    tasks: [
      { id: "01", keys: check("src/01.txt") },
      { id: "02", keys: { needs: ["01"], ...check("src/02.txt") } },
    ],
    models: {
      "01": [writes("src/01.txt", "good\n")],
      "02": [
        [
          ({ model }) =>
            model === gone.model
              ? { status: 404, code: "model_not_found", message: `The model ${model} does not exist` }
              : write("src/02.txt", "good\n"),
          finish(),
        ],
      ],
    },
  });
  const entries = await lab.run();
  expect(lab.landed("src/01.txt")).toBe("good");
  expect(faults(entries).at(-1)).toMatch(
    new RegExp(`${gone.model}.*no such model.*Choose a model that .* offers with "Slicewise: Choose Models"`),
  );
  expect(
    entries.some(
      (entry) => entry.type === "attempted" && entry.slice === "02" && entry.tier.model !== gone.model,
    ),
  ).toBe(false);
  const settings = { ...lab.host().settings, tiers: [Tier.parse(other)] };
  await lab.run({ settings }, (opened) => send(opened, { do: "retry", slice: "02" }));
  expect(lab.landed("src/02.txt")).toBe("good");
  expect(lab.log().findLast((entry) => entry.type === "attempted")).toMatchObject({ tier: other });
});

test.each([
  ["an empty ladder", [], /slicewise\.tiers.*empty.*Set an API key or choose models/],
  [
    "a tier of a provider there is not",
    [{ provider: "nowhere", model: "m", effort: null }],
    /No provider "nowhere" is set up \(known: .*\)\. Add it to `slicewise\.providers` or choose another model/,
  ],
])("%s: said, with the next step", async (_name, tiers, words) => {
  const lab = makeLab({ settings: { tiers }, tasks: [{ id: "01", keys: check("src/01.txt") }], models: {} });
  const entries = await lab.run();
  expect(faults(entries).join("\n")).toMatch(words);
  expect(lab.seen).toEqual([]);
});
