/** What came with the repository may not read or send anything of the user's. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secretsIn, untrustedProvider } from "../../src/connect.ts";
import { Settings } from "../../src/core/settings.ts";
import { makeRedact, secretsOf } from "../../src/node/redact.ts";
import { readSettingsFile } from "../../src/node/settingsFile.ts";
import { writeAll } from "../../src/node/workFile.ts";
import { readLog } from "../../src/node/log.ts";
import { whereOf } from "../../src/providers/stream.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();

describe("a provider of the workspace's file", () => {
  const check = (keyEnv: string, allowed: boolean): void =>
    expect(untrustedProvider("x", { kind: "openai-compatible", keyEnv }) === null).toBe(allowed);
  test.each([
    ["LOCAL_KEY", true],
    ["MISTRAL_API_KEY", true],
    ["OPENAI_API_KEY", false],
    ["AWS_SECRET_ACCESS_KEY", false],
    ["GITHUB_TOKEN", false],
    ["NPM_TOKEN", false],
    ["DATABASE_URL", false],
    ["SSH_PRIVATE_KEY", false],
    ["HOME", false],
  ])("%s", check);
});

test("a key is held whatever its variable is called, and so is a password in an address", () => {
  const settings = Settings.parse({
    providers: {
      x: { kind: "openai-compatible", baseUrl: "https://me:word-in-address@x.example/v1", keyEnv: "PLAIN" },
    },
  });
  const env = { PLAIN: "plain-name-key", PROXY: "http://u:proxy-password@p.example", HOME: "/home/u" };
  const redact = makeRedact([...secretsIn(settings, env), ...secretsOf(env)]);
  expect(redact("plain-name-key word-in-address proxy-password /home/u")).toBe(
    "[redacted] [redacted] [redacted] /home/u",
  );
});

test("a message names an address without its user and password", () =>
  expect(whereOf({ id: "x", apiKey: null }, "m", "https://me:word@x.example/v1").baseUrl).toBe(
    "https://x.example/v1",
  ));

describe("the settings file", () => {
  const check = async (put: (path: string) => void, expected: RegExp): Promise<void> => {
    const root = mkdtempSync(join(folder, "settings-"));
    mkdirSync(join(root, ".slicewise"));
    put(join(root, ".slicewise/settings.json"));
    expect(await readSettingsFile(root)).toEqual({
      problem: expect.objectContaining({ message: expect.stringMatching(expected) as string }) as object,
    });
  };
  test("a link to somewhere else", () => check((path) => symlinkSync("/etc/passwd", path), /leads outside/));
  test("a pipe", () => check((path) => void execFileSync("mkfifo", [path]), /no regular file/));
  test("huge", () => check((path) => writeFileSync(path, " ".repeat(1_000_001)), /larger than/));
});

test("a log that is a pipe or a link is not read", async () => {
  const root = mkdtempSync(join(folder, "log-"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  symlinkSync("/etc/passwd", join(root, "link"));
  await expect(readLog(join(root, "pipe"))).rejects.toThrow(/no regular file/);
  await expect(readLog(join(root, "link"))).rejects.toThrow(/could not read/);
});

test("taking a landing back leaves what the user wrote meanwhile", async () => {
  const root = mkdtempSync(join(folder, "undo-"));
  for (const name of ["a", "b"]) writeFileSync(join(root, name), "old");
  const write = (path: string) => ({
    path,
    bytes: Buffer.from("new"),
    mode: "100644" as const,
    now: { bytes: Buffer.from("old"), mode: "100644" as const },
    how: "replaced" as const,
  });
  const written = await writeAll(root, [write("a"), write("b")]);
  if (!written.written) throw new Error("not written");
  writeFileSync(join(root, "b"), "mine");
  await expect(written.undo()).rejects.toThrow(/b \(it was changed meanwhile\)/);
  expect(["a", "b"].map((name) => readFileSync(join(root, name), "utf8"))).toEqual(["old", "mine"]);
});
