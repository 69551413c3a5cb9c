/** Amends what is left of a plan, on evidence: the planner sees the plan, the evidence and what has landed. */
import type { Performer } from "./performer.ts";

export const replan: Performer<"replan"> = async () => {
  throw new Error("not built yet");
};
