import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { LOG_VERSION, unreadableVersion, upcast } from "../../src/core/upcast.ts";
import { openLog, readLog, verifyLog } from "../../src/node/log.ts";
import { buildProgram, runProgram } from "./childProgram.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const at = "2026-11-21T10:00:00.000Z";
const options = { order: "o-1", app: "0.1.0", now: () => at };
const events: Event[] = [
  { type: "opened", goal: "Größe – “limit”" },
  { type: "warned", message: "one\nline" },
  { type: "paused", why: "later", by: "user" },
];
let count = 0;
const fresh = () => join(folder, `log-${count++}.jsonl`);

async function written(path = fresh()): Promise<string> {
  const log = await openLog(path, options);
  for (const event of events) await log.append(event);
  await log.close();
  return path;
}
const linesOf = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1);
const sha = (text: string) => createHash("sha256").update(text).digest("hex");

describe("a log", () => {
  it("is a header and one chained line an event", async () => {
    const lines = linesOf(await written());
    expect(lines[0]).toBe('{"v":1,"order":"o-1","app":"0.1.0"}');
    expect(lines[2]).toBe(
      `{"seq":2,"at":"${at}","type":"warned","message":"one\\nline","prev":"${sha(lines[1] ?? "")}"}`,
    );
    expect(lines).toHaveLength(4);
  });

  it("comes back as it was and goes on", async () => {
    const path = await written();
    const log = await openLog(path, options);
    expect(log.cut).toBeNull();
    expect(log.entries).toEqual(events.map((event, i) => ({ seq: i + 1, at, ...event })));
    expect(await log.append({ type: "resumed" })).toEqual({ seq: 4, at, type: "resumed" });
    await log.close();
    expect(await verifyLog(path)).toEqual({ ok: true, lines: 5, torn: 0 });
  });

  it("tells of sleep and of a clock that was set, each time it is an open log, and of nothing smaller", async () => {
    const path = fresh();
    let [day, awake] = [Date.parse(at), 7];
    const clock = { now: () => new Date(day).toISOString(), awake: () => awake };
    const log = await openLog(path, { ...options, ...clock });
    const passed = async (time: number, work: number) => {
      [day, awake] = [day + time, awake + work];
      return (await log.append({ type: "resumed" })).skew;
    };
    expect(await passed(0, 0)).toBeUndefined();
    expect(await passed(60_900, 60_000)).toBeUndefined();
    expect(await passed(3_600_000, 1000)).toBe(3_599_000);
    expect(await passed(-600_000, 5000)).toBe(-605_000);
    expect(await passed(5000, 5000)).toBeUndefined();
    await log.close();
    const skews = (await readLog(path)).entries.map(({ skew }) => skew);
    expect(skews).toEqual([undefined, undefined, 3_599_000, -605_000, undefined]);
  });

  it("writes appends in the order they were asked for", async () => {
    const path = fresh();
    const log = await openLog(path, options);
    const asked = Array.from({ length: 50 }, (_, i) => log.append({ type: "warned", message: String(i) }));
    expect((await Promise.all(asked)).map(({ seq }) => seq)).toEqual(asked.map((_, i) => i + 1));
    await log.close();
    const { entries } = await readLog(path);
    expect(entries.map((entry) => entry.type === "warned" && entry.message)).toEqual(
      asked.map((_, i) => String(i)),
    );
  });

  it("holds no secret", async () => {
    const path = fresh();
    const log = await openLog(path, {
      ...options,
      redact: (text) => text.replaceAll("hunter2", "[redacted]"),
    });
    await log.append({ type: "opened", goal: "use hunter2" });
    await log.close();
    expect(readFileSync(path, "utf8")).toContain('"goal":"use [redacted]"');
  });

  it("refuses an event that would not load again, and writes nothing of it", async () => {
    const path = await written();
    const before = readFileSync(path);
    const log = await openLog(path, options);
    await expect(log.append({ type: "opened", goal: "" })).rejects.toThrow();
    await log.append({ type: "resumed" });
    await log.close();
    expect(readFileSync(path).subarray(0, before.length)).toEqual(before);
    expect(await verifyLog(path)).toEqual({ ok: true, lines: 5, torn: 0 });
  });
});

it("cuts a line that is torn at any byte, says so, and goes on", async () => {
  const whole = readFileSync(await written());
  const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
  for (let length = lastLine; length < whole.length; length++) {
    const path = fresh();
    writeFileSync(path, whole.subarray(0, length));
    const torn = length - lastLine;
    expect(await verifyLog(path)).toEqual({ ok: true, lines: 3, torn });
    const log = await openLog(path, options);
    expect(log.cut).toEqual(torn === 0 ? null : { bytes: torn });
    expect(log.entries).toHaveLength(2);
    expect(readFileSync(path)).toEqual(whole.subarray(0, lastLine));
    await log.append(events[2] as Event);
    await log.close();
    expect(readFileSync(path)).toEqual(whole);
  }
});

it("begins anew when even the header is torn", async () => {
  const path = fresh();
  writeFileSync(path, '{"v":1,"or');
  const log = await openLog(path, options);
  expect(log.cut).toEqual({ bytes: 10 });
  await log.close();
  expect(linesOf(path)).toEqual(['{"v":1,"order":"o-1","app":"0.1.0"}']);
});

describe("a bad line refuses the log by its number", () => {
  const rechain = (lines: string[]) =>
    lines.map((line, i) => {
      const prev = i === 0 ? "" : sha(lines[i - 1] ?? "");
      lines[i] = i === 0 ? line : line.replace(/"prev":"[0-9a-f]*"/, `"prev":"${prev}"`);
      return lines[i] ?? "";
    });
  const check = (name: string, change: (lines: string[]) => string[], line: number, why: string) =>
    it(name, async () => {
      const path = await written();
      writeFileSync(path, change(linesOf(path)).join("\n") + "\n");
      const before = readFileSync(path);
      expect(await verifyLog(path)).toEqual({ ok: false, line, why });
      await expect(openLog(path, options)).rejects.toMatchObject({
        fault: { kind: "disk" },
        message: `${path}:${line}: the log cannot be trusted: ${why}. Restore log.jsonl from a copy, or start a new order.`,
      });
      expect(readFileSync(path)).toEqual(before);
    });
  const replace = (index: number, from: string, to: string) => (lines: string[]) =>
    lines.map((line, i) => (i === index ? line.replace(from, to) : line));
  const chain = '"prev" is not the SHA-256 of the line before it, so one of the two was altered';

  check("altered middle line", replace(1, "limit", "Limit"), 3, chain);
  check("altered header", replace(0, "0.1.0", "0.1.1"), 2, chain);
  check("altered chain", replace(2, '"prev":"', '"prev":"0'), 3, chain);
  check("line taken out", (lines) => lines.filter((_, i) => i !== 2), 3, '"seq" is 3 and should be 2');
  check(
    "line twice",
    (lines) => lines.flatMap((l, i) => (i === 1 ? [l, l] : [l])),
    3,
    '"seq" is 1 and should be 2',
  );
  check("no JSON", replace(1, "{", "{{"), 2, "it is no JSON");
  check("last line no JSON, but whole", replace(3, "{", "{{"), 4, "it is no JSON");
  check("no object", replace(1, "{", "["), 2, "it is no JSON");
  check("empty line", (lines) => [...lines.slice(0, 2), "", ...lines.slice(2)], 3, "it is no JSON");
  check(
    "time",
    (lines) => rechain(replace(1, at, "yesterday")(lines)),
    2,
    '"at" is no time such as 2026-11-21T10:00:00.000Z',
  );
  check(
    "time that is none",
    (lines) => rechain(replace(1, at, "2026-13-45T10:00:00.000Z")(lines)),
    2,
    '"at" is no time such as 2026-11-21T10:00:00.000Z',
  );
  check(
    "unknown key",
    (lines) => rechain(replace(2, '"message"', '"x":1,"message"')(lines)),
    3,
    '"warned" does not fit its schema: Unrecognized key: "x"',
  );
  check(
    "unknown type",
    (lines) => rechain(replace(2, '"warned"', '"wormed"')(lines)),
    3,
    '"wormed" is no type of event',
  );
  check(
    "newer version",
    replace(0, '"v":1', '"v":7'),
    1,
    "was written by a newer Slicewise (log version 7; this one reads up to 1): update Slicewise",
  );
  check("no header", (lines) => lines.slice(1), 1, 'the header is not {"v":1,"order":"…","app":"…"}');
});

it("refuses another order's log", async () => {
  const path = await written();
  await expect(openLog(path, { ...options, order: "o-2" })).rejects.toThrow(
    'it belongs to the order "o-1", not to "o-2"',
  );
});

it("is never opened through a link, nor as a folder, nor where there is no folder", async () => {
  const link = fresh();
  symlinkSync(join(folder, "elsewhere"), link);
  await expect(openLog(link, options)).rejects.toThrow(`could not open ${link}: it is a symbolic link.`);
  const sub = fresh();
  mkdirSync(sub);
  await expect(openLog(sub, options)).rejects.toThrow(`could not open ${sub}: it is a folder.`);
  await expect(openLog("/dev/full", options)).rejects.toThrow(
    "could not open /dev/full: it is no regular file.",
  );
  await expect(openLog(join(await written(), "log"), options)).rejects.toMatchObject({
    fault: { kind: "disk" },
  });
});

describe("a disk that takes no more", () => {
  let program = "";
  beforeAll(() => {
    program = buildProgram(
      folder,
      "append",
      `import { openLog } from "./log.ts";
       const log = await openLog(process.argv[2], { order: "o-1", app: "0.1.0", now: () => "${at}" });
       const put = (n) => log.append({ type: "warned", message: "x".repeat(n) }).then(({ seq }) => "seq " + seq, (e) => e.fault.kind + " " + e.message);
       console.log(JSON.stringify([await put(100), await put(20_000), await put(100)]));
       await log.close();`,
    );
  });

  it("leaves no trace of the line that did not fit, and the log usable", async () => {
    const path = fresh();
    // The system's own limit on a file's size: the write is short first, then fails, as on a full disk.
    const command = `trap '' XFSZ; ulimit -f 8; exec "$0" "$1" "$2"`;
    const { ended } = runProgram("/bin/bash", ["-c", command, process.execPath, program, path]);
    const { output } = await ended;
    expect(JSON.parse(output)).toEqual([
      "seq 1",
      `disk could not append to ${path}: the file would be larger than this system allows. Raise the limit, then go on.`,
      "seq 2",
    ]);
    expect(await verifyLog(path)).toEqual({ ok: true, lines: 3, torn: 0 });
  });
});

describe("upcast", () => {
  const steps = [
    (event: Record<string, unknown>) => ("b" in event ? event : { ...event, b: event["a"] }),
    (event: Record<string, unknown>) => ("c" in event ? event : { ...event, c: 1 }),
  ];
  it("takes every step from the event's version on", () => {
    expect(upcast({ a: 5 }, 1, steps)).toEqual({ a: 5, b: 5, c: 1 });
    expect(upcast({ a: 5 }, 2, steps)).toEqual({ a: 5, c: 1 });
    expect(upcast({ a: 5 }, 3, steps)).toEqual({ a: 5 });
  });
  it("today is version 1, which is left as it is", () => {
    expect(LOG_VERSION).toBe(1);
    expect(upcast({ a: 5 }, 1)).toEqual({ a: 5 });
    expect(unreadableVersion(1)).toBeNull();
    expect(unreadableVersion(3, steps)).toBeNull();
  });
});
