import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

process.env.NOTES_FILE = join(mkdtempSync(join(tmpdir(), "notes-")), "notes.json");
const { add, load } = await import("../src/store.js");

test("notes are kept in order", () => {
  add("one");
  add("two");
  assert.deepEqual(
    load().map(({ id, text }) => [id, text]),
    [
      [1, "one"],
      [2, "two"],
    ],
  );
});
