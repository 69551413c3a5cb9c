/** A reviewer's question through each real SDK: the schema goes strict, a bad answer comes back with its errors. */
import { describe, expect, test } from "vitest";
import { Attack } from "../../src/core/attack.ts";
import type { Event } from "../../src/core/event.ts";
import { Review } from "../../src/core/review.ts";
import { type Question, ask } from "../../src/engine/verify/ask.ts";
import type { Performing } from "../../src/engine/performer.ts";
import type { Provider } from "../../src/engine/ports.ts";
import type { Reply } from "../../src/providers/scripted.ts";
import { order } from "../core/orders.ts";
import type { ModelServer } from "./modelServer.ts";
import { modelServers, type Vendor, vendor, VENDORS } from "./vendors.ts";

const start = modelServers();
async function served(name: Vendor, replies: Reply[]): Promise<{ provider: Provider; server: ModelServer }> {
  let at = 0;
  const server = await start({ reply: () => replies[at++] ?? { status: 500 } });
  return { server, provider: vendor(name, server) };
}

/** As much of an engine as a question takes. */
function runOf(recorded: Event[]): Performing {
  const world = {
    orderId: "order",
    redact: (text: string) => text.replaceAll("hush", "[redacted]"),
    clock: {
      now: () => "2026-11-28T12:00:00.000Z",
      awake: () => 0,
      // Only the wait until a question is asked again ever ends.
      sleep: (ms: number, signal: AbortSignal) =>
        new Promise<void>((resolve) =>
          ms < 60_000 ? resolve() : signal.addEventListener("abort", () => resolve()),
        ),
    },
    catalogue: { info: () => null, cost: () => 0.25 },
    watch: () => undefined,
  };
  const run: Partial<Performing> = {
    world: world as unknown as Performing["world"],
    order: () => order([]),
    record: (event) => {
      recorded.push(event);
      return Promise.resolve({ ...event, seq: 1, at: "" });
    },
    reserve: () => Promise.resolve({ release: () => undefined }),
  };
  return run as Performing;
}

const REVIEW: Review = {
  criteria: [
    {
      ...{ id: "1", verdict: "met", reason: "It does.", missing: null },
      quotes: [{ path: "a.js", line: 1, text: "ok" }],
    },
  ],
};
const FOUND: Attack = {
  why: "odd numbers",
  test: { basis: "halves even numbers", control: "1", attack: "2" },
};

describe.each(VENDORS)("%s", (name) => {
  const question = <T>(provider: Provider, what: string, schema: Question<T>["schema"]): Question<T> => ({
    ...{ tier: { provider: name, model: "model-a", effort: null }, provider, slice: "01", attempt: 1 },
    ...{ system: "Judge.", request: "Is it? hush", name: what, schema },
    ...{ wrongWith: () => Promise.resolve([]), maxOutput: 16_000 },
  });
  const asked = {
    review: [Review, REVIEW],
    attack: [Attack, FOUND],
    none: [Attack, { ...FOUND, test: null }],
  };

  test.each(Object.entries(asked))("a question with a strict schema: %s", async (what, [schema, answer]) => {
    const { provider, server } = await served(name, [{ text: JSON.stringify(answer) }]);
    const log: Event[] = [];
    const wanted = question<unknown>(provider, what, schema as Question<unknown>["schema"]);
    const got = await ask(runOf(log), wanted, new AbortController().signal);
    expect(got).toMatchObject({ answer, wrong: [], why: "", cost: 0.25 });
    expect(log).toMatchObject([{ type: "called", role: "reviewer", slice: "01", attempt: 1, cost: 0.25 }]);
    const sent = server.journal[0];
    expect(sent?.request?.output).toBe(name === "anthropic" ? "json" : what);
    expect(sent?.request?.toolNames).toEqual([]);
    const body = JSON.stringify(sent?.body);
    expect(body).toContain('"additionalProperties":false');
    if (name !== "anthropic") expect(body).toContain('"strict":true');
    expect(body).not.toContain("hush");
  });

  test("errors go back, twice; then it is over", async () => {
    const bad = { criteria: [{ ...REVIEW.criteria[0], verdict: "excellent" }] };
    const replies = ["Well done!", JSON.stringify(bad), '{"criteria":'].map((text): Reply => ({ text }));
    const { provider, server } = await served(name, replies);
    const got = await ask(runOf([]), question(provider, "review", Review), new AbortController().signal);
    expect(got).toMatchObject({
      answer: null,
      cost: 0.75,
      said: replies.map((one) => (one as { text: string }).text),
    });
    expect(got.why).toMatch(/^Its answer could not be read, 3 times/);
    const told = server.journal.map(({ request }) => request?.messages.at(-1)?.text ?? "");
    expect(told).toHaveLength(3);
    expect(told[1]).toContain("it is no JSON object");
    expect(told[1]).toContain('"cannot tell"');
    expect(told[2]).toContain("- criteria.0.verdict: ");
  });

  test("JSON in a fence, and a mended answer, are taken", async () => {
    const fenced = `Here it is:\n\`\`\`json\n${JSON.stringify(REVIEW)}\n\`\`\``;
    const { provider } = await served(name, [{ text: "{}" }, { text: fenced }]);
    const got = await ask(runOf([]), question(provider, "review", Review), new AbortController().signal);
    expect(got).toMatchObject({ answer: REVIEW, wrong: [], cost: 0.5 });
  });

  test("an answer that broke off is asked for again, and both calls are paid for", async () => {
    const replies: Reply[] = [{ breaks: "cut", text: '{"crit' }, { text: JSON.stringify(REVIEW) }];
    const { provider } = await served(name, replies);
    const log: Event[] = [];
    const run = runOf(log);
    let reserved = 0;
    run.reserve = () => ((reserved += 1), Promise.resolve({ release: () => undefined }));
    const got = await ask(run, question(provider, "review", Review), new AbortController().signal);
    expect(got).toMatchObject({ answer: REVIEW, wrong: [], why: "", cost: 0.5 });
    expect([log.length, reserved]).toEqual([2, 2]);
  });

  test("a vendor's fault ends it, and says why", async () => {
    const { provider } = await served(name, [{ status: 401, message: "no such key" }]);
    const got = await ask(runOf([]), question(provider, "review", Review), new AbortController().signal);
    expect(got.answer).toBeNull();
    expect(got.why).toContain(`${name}/model-a: `);
  });
});
