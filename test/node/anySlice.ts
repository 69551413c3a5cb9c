import fc from "fast-check";
import type { Slice } from "../../src/core/order.ts";
import { badGlob } from "../../src/node/glob.ts";

const text = fc
  .string({ minLength: 1, unit: "grapheme" })
  .filter((s) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\u2028\u2029]/.test(s));
const globs = fc.array(
  fc
    .stringMatching(/^[a-z][a-z0-9_.*-]{0,8}(\/[a-z*][a-z0-9_.-]{0,8}){0,2}$/)
    .filter((glob) => badGlob(glob) === null),
  { minLength: 1, maxLength: 4 },
);
export const anyRoute = fc.constantFrom(
  "auto",
  "anthropic/claude-haiku-5-5@low",
  "local/qwen3:8b",
  "openrouter/a/b-c@max",
  "x/#y",
  "x/,]",
  "x/y:",
);
export const anySlice: fc.Arbitrary<Slice> = fc.record({
  id: fc.stringMatching(/^[0-9]{2}$/),
  title: text.map((s) => s.slice(0, 40)).filter((s) => s.length > 0),
  class: fc.constantFrom("C1", "C2", "C3", "C4"),
  needs: fc.array(fc.stringMatching(/^[0-9]{2}$/), { maxLength: 3 }),
  reads: globs,
  writes: globs,
  consumes: fc.array(text, { maxLength: 3 }),
  produces: fc.array(text, { maxLength: 3 }),
  minutes: fc.integer({ min: 1, max: 60 }),
  route: anyRoute,
  checks: fc.array(
    fc.oneof(
      fc.record({ run: text, before: fc.constantFrom("fail", "pass", "any") }),
      fc.record({ expect: text }),
    ),
    { maxLength: 3 },
  ),
  body: fc.string().map((s) => s.replaceAll("\0", "").trim()),
});
