/** A recording as a script: which reply comes next is read off the conversation itself, so it needs no state. */
import * as z from "zod";
import type { Reply, Script, ScriptRequest } from "./scripted.ts";

const RecordedReply = z.strictObject({
  text: z.string().optional(),
  calls: z.array(z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()) })).default([]),
});
const RecordedAnswers = z.strictObject({ review: z.array(RecordedReply), attack: z.array(RecordedReply) });
/** Replies of the planner by turn, of each task by attempt and turn, of its reviewer and its adversary by turn. */
export const Recording = z.strictObject({
  about: z.string(),
  plan: z.array(RecordedReply),
  tasks: z.record(z.string(), z.array(z.array(RecordedReply))),
  reviews: z.record(z.string(), RecordedAnswers).default({}),
});
export type Recording = z.infer<typeof Recording>;

export function recorded(recording: Recording): Script {
  return (request) => {
    const turn = request.messages.filter(({ role }) => role === "assistant").length;
    const replies = repliesTo(recording, request);
    const reply = replies?.[turn];
    return reply
      ? paced(reply)
      : { status: 400, message: "the recording has no further reply for this conversation" };
  };
}

function repliesTo(
  { plan, tasks, reviews }: Recording,
  { toolNames, output, messages }: ScriptRequest,
): Recording["plan"] | undefined {
  if (toolNames.includes("propose_plan")) return plan;
  const told = messages
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join("\n");
  const task = /^# Task (\S+):/m.exec(told)?.[1] ?? "";
  if (output === "review" || output === "attack") return reviews[task]?.[output];
  const tried = told.match(/^Attempt \d+ \(/gm)?.length ?? 0;
  const attempts = tasks[task];
  return attempts?.[Math.min(tried, attempts.length - 1)];
}

const paced = ({ text, calls }: Recording["plan"][number]): Reply =>
  text === undefined ? { calls } : { text, calls };
