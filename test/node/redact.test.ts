import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRedact, secretsOf } from "../../src/node/redact.ts";

const redact = makeRedact(["hunter2-hunter2", "short", "zzzzzzzz", 'quo"ted-secret']);
const check = (name: string, text: string, expected: string) =>
  it(name, () => expect(redact(text)).toBe(expected));

describe("held values", () => {
  check("stand anywhere", "x=hunter2-hunter2;y", "x=[redacted];y");
  check("are found twice", "hunter2-hunter2 hunter2-hunter2", "[redacted] [redacted]");
  check("shorter than 8 characters are left", "a short word", "a short word");
  check("overlapping themselves", "zzzzzzzzzzzz!", "[redacted]!");
  check("are found as JSON shows them", String.raw`{"a":"quo\"ted-secret"}`, '{"a":"[redacted]"}');
  check("a text without any is unchanged", "plain", "plain");
});

describe("vendors' keys", () => {
  const r = "[redacted]";
  check("OpenAI", "key sk-proj-abcdEFGH1234567890abcd.", `key ${r}.`);
  check("Anthropic", "ANTHROPIC_API_KEY=sk-ant-api03-AbC_dEf-123456789012", `ANTHROPIC_API_KEY=${r}`);
  check("Stripe", `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}`, r);
  check("GitHub", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", r);
  check("GitHub, fine-grained", "github_pat_11ABCDEFG0123456789_abcdefghij", r);
  check("AWS", "id AKIAIOSFODNN7EXAMPLE end", `id ${r} end`);
  check("Slack", "xoxb-123456789012-abcdefghij", r);
  check("Google", "AIzaSyA1234567890abcdefghijklmnopqrstuvw", r);
  check("bearer header", "Authorization: Bearer abcdef0123456789abcdef", `Authorization: Bearer ${r}`);
  check("JWT", "t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n", `t=${r}`);
  check(
    "private key",
    "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb",
    `a\n${r}\nb`,
  );
  check("private key cut off", "a -----BEGIN PRIVATE KEY-----\nMIIE", `a ${r}`);
});

describe("what only looks a bit like a key", () => {
  for (const text of [
    "task-aaaaaaaaaaaaaaaa1aaaaaa",
    "sk-loading-indicator-wrapper",
    "bearer of bad news",
    "AKIA",
  ]) {
    check(text, text, text);
  }
  check("a hash", "0123456789abcdef".repeat(4), "0123456789abcdef".repeat(4));
});

it("takes values from variables whose name says so", () => {
  const env = {
    MY_API_KEY: "one",
    GH_TOKEN: "two",
    DB_PASSWORD: "three",
    PATH: "/bin",
    UNSET_SECRET: undefined,
  };
  expect(secretsOf(env)).toEqual(["one", "two", "three"]);
});

it("never lets a held value through, whatever stands around it, and is stable", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_-]{8,40}$/).filter((s) => !"[redacted]".includes(s));
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string(), { maxLength: 6 }),
      (held, between) => {
        const clean = makeRedact(held);
        const text = between.map((part, i) => part + (held[i % held.length] ?? "")).join("");
        const once = clean(text);
        for (const value of held) expect(once).not.toContain(value);
        expect(clean(once)).toBe(once);
      },
    ),
  );
});

it("reads hostile megabytes in linear time", () => {
  const hostile = [
    "sk-",
    "-sk-",
    "eyJaaaaaaaa.",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ",
    "bearer ",
    "A",
    "xoxb-",
    "a ",
  ];
  for (const piece of hostile) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(makeRedact([])(text).length).toBeGreaterThan(0);
  }
});
