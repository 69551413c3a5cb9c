/** What is sent to a model, counted by o200k. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { type Figure, atMost } from "./figure.ts";
import { FIX, type Fixed, VENDORS, runFix } from "./fix.ts";

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const tokens = (text: string): number => countTokens(text);

/** Texts as they are, arguments and schemas as JSON; names, roles, ids and marks count too, as if they cost tokens. */
function inText(value: unknown): number {
  if (typeof value === "string") return tokens(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + inText(one), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === "input" ? tokens(JSON.stringify(one)) : inText(one)),
    0,
  );
}

/** Tools as the JSON they are sent as, and the system text, wherever the dialect puts it. */
function fixedPart(body: Json): number {
  const system =
    body.instructions ?? body.system ?? list(body.messages).find(({ role }) => role === "system");
  return tokens(JSON.stringify(body.tools)) + inText(system);
}

function conversation(body: Json): number {
  const messages = [...list(body.input), ...list(body.messages)].filter(({ role }) => role !== "system");
  return messages.reduce((sum, message) => sum + inText(message), 0);
}

/** Both for the dialect in which they are largest. */
export async function tokenFigures(main: string): Promise<Figure[]> {
  const runs: Fixed[] = [];
  for (const vendor of VENDORS) runs.push(await runFix({ main, vendor, replies: FIX }));
  const bodies = runs.map(({ turns }) => turns.map(({ body }) => body));
  const toolCounts = bodies.map(([first]) => list(first?.tools).length);
  if (toolCounts.some((count) => count !== 7)) throw new Error(`not seven tools: ${toolCounts.join(", ")}`);
  const fixed = Math.max(...bodies.map(([first]) => fixedPart(first ?? {})));
  const whole = bodies.map((all) => all.reduce((sum, body) => sum + fixedPart(body) + conversation(body), 0));
  return [
    atMost({
      name: "executor's fixed prompt, all seven tools",
      value: fixed,
      unit: "tokens",
      reach: 880,
      how: "system text and tool definitions as JSON, as received; o200k; the largest of the three dialects",
    }),
    atMost({
      name: "input of a one-line fix with its test, all requests",
      value: Math.max(...whole),
      unit: "tokens",
      reach: 3500,
      how: `${bodies[0]?.length} requests as received, nothing taken as cached; o200k; the largest of the three dialects`,
    }),
  ];
}
