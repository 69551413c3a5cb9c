import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBlobs } from "../../src/node/blobs.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const blobs = openBlobs(join(folder, "blobs"), (text) => text.replaceAll("hunter2", "[redacted]"));

describe("blobs", () => {
  it("keep bytes by their hash, once", async () => {
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const sha = await blobs.putBytes(bytes);
    expect(sha).toBe(sha256(bytes));
    expect(await blobs.putBytes(bytes)).toBe(sha);
    expect(new Uint8Array(await blobs.get(sha))).toEqual(bytes);
    expect(blobs.path(sha)).toBe(join(folder, "blobs", sha));
    expect(readdirSync(join(folder, "blobs"))).toEqual([sha]);
  });

  it("redact text, and only text", async () => {
    expect(Buffer.from(await blobs.get(await blobs.putText("is hunter2"))).toString()).toBe("is [redacted]");
    const bytes = Buffer.from("is hunter2");
    expect(Buffer.from(await blobs.get(await blobs.putBytes(bytes))).toString()).toBe("is hunter2");
  });

  it("refuse a damaged one, and mend one that was cut", async () => {
    const sha = await blobs.putText("whole");
    writeFileSync(blobs.path(sha), "whule");
    await expect(blobs.get(sha)).rejects.toMatchObject({
      fault: { kind: "disk" },
      message: `${blobs.path(sha)} is damaged: its content does not hash to its name. Restore it from a backup.`,
    });
    writeFileSync(blobs.path(sha), "wh");
    await blobs.putText("whole");
    expect(Buffer.from(await blobs.get(sha)).toString()).toBe("whole");
  });

  it("say what is missing", async () => {
    const sha = "0".repeat(64);
    await expect(blobs.get(sha)).rejects.toThrow(`could not read ${blobs.path(sha)}: it does not exist.`);
    await expect(blobs.get("../../etc/passwd")).rejects.toThrow();
  });

  it("say that the place cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(openBlobs(join(folder, "file", "blobs"), String).putText("x")).rejects.toMatchObject({
      fault: {
        kind: "disk",
        message: `could not create ${join(folder, "file", "blobs")}: a part of the path is no folder. Move that file away, then go on.`,
      },
    });
    await expect(openBlobs("/proc/self", String).putText("x")).rejects.toMatchObject({
      fault: { kind: "disk" },
    });
    mkdirSync(join(folder, "linked"));
    symlinkSync("/dev/full", join(folder, "linked", sha256("x")));
    // What stands there is no file of that size, so it is replaced, never written through.
    await openBlobs(join(folder, "linked"), String).putText("x");
    expect(Buffer.from(await openBlobs(join(folder, "linked"), String).get(sha256("x"))).toString()).toBe(
      "x",
    );
  });
});
