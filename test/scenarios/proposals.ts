/** What the planner of a scenario proposes. */
import type { Reply } from "../../src/providers/scripted.ts";
import { call } from "./lab.ts";

type Json = Record<string, unknown>;

/** A slice as it is proposed, in the manner of the lab's task files. */
export const planned = (id: string, over: Json = {}): Json => ({
  id,
  title: `Task ${id}`,
  class: "C1",
  needs: [],
  reads: [],
  writes: [`src/${id}.txt`],
  consumes: [],
  produces: [],
  minutes: 30,
  checks: [{ kind: "run", text: `grep -q good src/${id}.txt`, before: "fail" }],
  body: "Do it.",
  ...over,
});

export const plan = (slices: readonly Json[], over: Json = {}): Json => ({
  context: "A lab.",
  invariants: [],
  nonGoals: [],
  decisions: [],
  assumptions: [],
  rejected: [],
  rules: [],
  functions: [],
  slices,
  ...over,
});

export const amendment = (slices: readonly Json[], over: Json = {}): Json => ({
  why: "The evidence says so.",
  slices,
  reasons: slices.map(({ id }) => ({ slice: id, why: "as the evidence demands" })),
  dropped: [],
  rejected: [],
  decisions: [],
  functions: [],
  ...over,
});

export const proposes = (args: Json): Reply => ({ calls: [call("propose_plan", args)] });
