/** A recording as a script: which reply comes next is read off the conversation itself, so it needs no state. */
import * as z from "zod";
import type { Reply, Script, ScriptRequest } from "./scripted.ts";

const RecordedReply = z.strictObject({
  text: z.string().optional(),
  calls: z.array(z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()) })),
});
/** Replies of the planner by turn, and of each task by attempt and turn. */
export const Recording = z.strictObject({
  about: z.string(),
  plan: z.array(RecordedReply),
  tasks: z.record(z.string(), z.array(z.array(RecordedReply))),
});
export type Recording = z.infer<typeof Recording>;

export function recorded(recording: Recording): Script {
  return (request) => {
    const turn = request.messages.filter(({ role }) => role === "assistant").length;
    const replies = request.toolNames.includes("propose_plan") ? recording.plan : ofTask(recording, request);
    const reply = replies?.[turn];
    return reply
      ? paced(reply)
      : { status: 400, message: "the recording has no further reply for this conversation" };
  };
}

function ofTask({ tasks }: Recording, { messages }: ScriptRequest): Recording["plan"] | undefined {
  const told = messages
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join("\n");
  const task = /^# Task (\S+):/m.exec(told)?.[1] ?? "";
  const tried = told.match(/^Attempt \d+ \(/gm)?.length ?? 0;
  const attempts = tasks[task];
  return attempts?.[Math.min(tried, attempts.length - 1)];
}

const paced = ({ text, calls }: Recording["plan"][number]): Reply =>
  text === undefined ? { calls } : { text, calls };
