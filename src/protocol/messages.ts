/** What crosses the webview wall. Commands in, whole snapshots out; streaming text travels as droppable deltas. */
import * as z from "zod";
import { Command } from "../core/event.ts";
import { Fix } from "../core/order.ts";
import type { View } from "./view.ts";

export { PROTOCOL } from "./view.ts";

/** Things of the host, not of an order: open an editor, start the palette's flows. */
export const HostAct = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("plan") }),
  z.strictObject({ act: z.literal("trySample") }),
  z.strictObject({ act: z.literal("chooseModels") }),
  z.strictObject({ act: z.literal("setKey") }),
  z.strictObject({ act: z.literal("openPlan") }),
  z.strictObject({ act: z.literal("openReport") }),
  z.strictObject({ act: z.literal("openLog") }),
  z.strictObject({ act: z.literal("openOrder"), order: z.string() }),
  z.strictObject({ act: z.literal("openTask"), slice: z.string() }),
  z.strictObject({ act: z.literal("openBriefing"), slice: z.string() }),
  z.strictObject({ act: z.literal("review"), slice: z.string(), path: z.string().nullable() }),
  z.strictObject({ act: z.literal("openEvidence"), output: z.string(), name: z.string() }),
  z.strictObject({ act: z.literal("reject"), slice: z.string() }),
  z.strictObject({ act: z.literal("rerunOn"), slice: z.string() }),
  z.strictObject({ act: z.literal("changeRoute"), slice: z.string() }),
  z.strictObject({ act: z.literal("manageTrust") }),
  /** Apply the quick fix of a finding, as the editor's light bulb would, and `reread`. */
  z.strictObject({ act: z.literal("fix"), fix: Fix }),
  /** Show a line, from 1, of a file; `path` is relative to the workspace root and may not lead out of it. */
  z.strictObject({ act: z.literal("openAt"), path: z.string(), line: z.number().int().positive() }),
]);
export type HostAct = z.infer<typeof HostAct>;

export const ToHost = z.discriminatedUnion("type", [
  /** First message of every webview, also of one that was reloaded; the answer is a snapshot. */
  z.strictObject({ type: z.literal("hello"), protocol: z.number() }),
  z.strictObject({ type: z.literal("command"), command: Command }),
  z.strictObject({ type: z.literal("act"), act: HostAct }),
]);
export type ToHost = z.infer<typeof ToHost>;

export type ToView =
  | { type: "snapshot"; protocol: number; view: View }
  | { type: "delta"; slice: string | null; kind: string; text: string }
  | { type: "refused"; why: string };
