import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { FileChange, FileMode } from "../../src/core/order.ts";
import { type Now, resolveLanding } from "../../src/engine/resolve.ts";

type Side = string | null;
const kept = new Map<string, Uint8Array>();
function put(side: Side): string | null {
  if (side === null) return null;
  const bytes = Buffer.from(side, "latin1");
  const sha = createHash("sha256").update(bytes).digest("hex");
  kept.set(sha, bytes);
  return sha;
}
const get = async (sha: string): Promise<Uint8Array> => {
  const bytes = kept.get(sha);
  if (bytes === undefined) throw new Error(`no blob ${sha}`);
  return bytes;
};

type Change = { before: Side; after: Side; mode?: FileMode; modeBefore?: FileMode };
const changeOf = ({ before, after, mode = "100644", modeBefore }: Change, path = "f"): FileChange => {
  const counts = { added: 0, removed: 0 };
  return {
    path,
    before: put(before),
    after: put(after),
    mode,
    ...(modeBefore ? { modeBefore } : {}),
    ...counts,
  };
};
const nowOf = (text: Side, mode: FileMode = "100644"): Now =>
  text === null ? null : { bytes: Buffer.from(text, "latin1"), mode };
const text = (bytes: Uint8Array | null): Side => bytes && Buffer.from(bytes).toString("latin1");

/** "landed", "conflict", or what is written with its mode and how it came about. */
async function check(change: Change, now: Now): Promise<unknown> {
  const resolved = await resolveLanding([changeOf(change)], async () => now, { get });
  if ("conflicts" in resolved) return "conflict";
  const [write] = resolved.writes;
  return write ? [text(write.bytes), write.mode, write.how] : "landed";
}

const L3 = "1\n2\n3\n";
const cases: [name: string, change: Change, now: Now, expected: unknown][] = [
  ["as after", { before: "a", after: "b" }, nowOf("b"), "landed"],
  ["as before", { before: "a", after: "b" }, nowOf("a"), ["b", "100644", "replaced"]],
  ["new, and nothing there", { before: null, after: "b" }, null, ["b", "100644", "replaced"]],
  ["new, and the same there", { before: null, after: "b" }, nowOf("b"), "landed"],
  ["new, and another there", { before: null, after: "b" }, nowOf("c"), "conflict"],
  ["deleted, and there", { before: "a", after: null }, nowOf("a"), [null, "100644", "replaced"]],
  ["deleted, and gone", { before: "a", after: null }, null, "landed"],
  ["deleted, and changed there", { before: "a", after: null }, nowOf("c"), "conflict"],
  ["changed, and gone", { before: "a", after: "b" }, null, "conflict"],
  ["both, apart", { before: L3, after: "1\n2\nx\n" }, nowOf("y\n2\n3\n"), ["y\n2\nx\n", "100644", "merged"]],
  ["both, apart, not UTF-8", { before: `${L3}\xe9`, after: `1\n2\n3\n\xe8` }, nowOf(`y\n2\n3\n\xe9`), ["y\n2\n3\n\xe8", "100644", "merged"]],
  ["both, one line", { before: L3, after: "1\nx\n3\n" }, nowOf("1\ny\n3\n"), "conflict"],
  ["binary, changed meanwhile", { before: "\0\n1\n2\n3", after: "\0\n1\n2\nx" }, nowOf("\0\ny\n2\n3"), "conflict"],
  ["the user's executable bit is kept", { before: "a", after: "b" }, nowOf("a", "100755"), ["b", "100755", "replaced"]],
  ["a new executable bit alone", { before: "a", after: "a", mode: "100755", modeBefore: "100644" }, nowOf("a"), ["a", "100755", "replaced"]],
  ["an executable bit already there", { before: "a", after: "a", mode: "100755", modeBefore: "100644" }, nowOf("a", "100755"), "landed"],
  ["a merge with a new executable bit", { before: L3, after: "1\n2\nx\n", mode: "100755", modeBefore: "100644" }, nowOf("y\n2\n3\n"), ["y\n2\nx\n", "100755", "merged"]],
  ["a link where a file was", { before: "a", after: "b" }, nowOf("a", "120000"), "conflict"],
  ["a file where a link was", { before: "a", after: "b", mode: "120000" }, nowOf("a"), "conflict"],
  ["a link to be replaced by a file", { before: "a", after: "b", modeBefore: "120000" }, nowOf("a", "120000"), ["b", "100644", "replaced"]],
]; // prettier-ignore
test.each(cases)("%s", async (_name, change, now, expected) =>
  expect(await check(change, now)).toEqual(expected),
);

describe("a conflict", () => {
  test("shows both sides, and one file's keeps all others from being written", async () => {
    const patch = [
      changeOf({ before: "a", after: "b" }, "fine"),
      changeOf({ before: "1\n", after: "x\n" }, "bad"),
    ];
    const resolved = await resolveLanding(patch, async (path) => nowOf(path === "fine" ? "a" : "y\n"), {
      get,
    });
    expect(
      "conflicts" in resolved && resolved.conflicts.map(({ path, marked }) => [path, text(marked)]),
    ).toEqual([["bad", "<<<<<<< yours\ny\n=======\nx\n>>>>>>> slice\n"]]);
  });
  test("of what is no text has no markers", async () => {
    const resolved = await resolveLanding(
      [changeOf({ before: "\0a", after: "\0b" })],
      async () => nowOf("\0c"),
      { get },
    );
    expect(resolved).toMatchObject({ conflicts: [{ path: "f", marked: null }] });
  });
});

test("a hostile path is refused before anything is read", async () => {
  const read: string[] = [];
  const now = async (path: string): Promise<Now> => (read.push(path), null);
  const patch = [changeOf({ before: null, after: "x" }, "a"), changeOf({ before: null, after: "x" }, "../b")];
  await expect(resolveLanding(patch, now, { get })).rejects.toMatchObject({ fault: { kind: "disk" } });
  expect(read).toEqual([]);
});
