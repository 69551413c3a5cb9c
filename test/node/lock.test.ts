import { EventEmitter, once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { takeLock, type LockResult } from "../../src/node/lock.ts";
import { buildProgram, runProgram } from "./childProgram.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const fresh = () => join(mkdtempSync(join(folder, "lock-")), "order.lock");
const since = "2026-11-21T10:00:00.000Z";
const token = "5f2f2a52-9f4d-4c9c-8f6b-111111111111";
const options = { now: () => since, onLost: () => undefined };
const DEAD = 4_194_999; // above the largest process id Linux gives

const leaseOf = (result: LockResult) => {
  if ("lease" in result) return result.lease;
  throw new Error(result.refused);
};
/** A lock somebody else left, last beaten `age` seconds ago. */
function left(content: string, age: number): string {
  const path = fresh();
  writeFileSync(path, content);
  const time = new Date(Date.now() - age * 1000);
  utimesSync(path, time, time);
  return path;
}
const by = (pid: number, host: string) => JSON.stringify({ token, pid, host, since });

describe("a lock", () => {
  it("is one writer's until it is given back", async () => {
    const path = fresh();
    const lease = leaseOf(await takeLock(path, options));
    expect(await takeLock(path, options)).toEqual({
      holder: { pid: process.pid, host: hostname(), since },
      refused:
        `The order is open elsewhere (process ${process.pid} on ${hostname()}, ` +
        `since ${since.slice(0, 16).replace("T", " ")} UTC). ` +
        `Close that window or stop that run; if it died, the order is free within 15 s. Lock file: ${path}`,
    });
    await lease.release();
    await leaseOf(await takeLock(path, options)).release();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  const check = (name: string, content: string, age: number, taken: boolean) =>
    it(name, async () => {
      const path = left(content, age);
      const result = await takeLock(path, options);
      expect("lease" in result).toBe(taken);
      if ("lease" in result) await result.lease.release();
      else expect(readFileSync(path, "utf8")).toBe(content);
      expect(readdirSync(join(path, ".."))).toEqual(taken ? [] : ["order.lock"]);
    });
  check("of a dead process on this host is taken at once", by(DEAD, hostname()), 0, true);
  check("of a live process on this host is refused", by(process.pid, hostname()), 0, false);
  check("of a live process without heartbeat is taken", by(process.pid, hostname()), 16, true);
  check("of another host is refused while it beats", by(DEAD, "elsewhere"), 10, false);
  check("of another host is taken after 15 s", by(DEAD, "elsewhere"), 16, true);
  check("that cannot be read is refused", "{", 10, false);
  check("that cannot be read is taken after 15 s", "{", 16, true);
  check(
    "with a path for a token is no key to other files",
    by(DEAD, hostname()).replace(token, "../../x"),
    16,
    true,
  );

  it("is not taken while another is just succeeding the dead one, unless that one died, too", async () => {
    const path = left(by(DEAD, hostname()), 0);
    const claim = `${path}.${token}.claim`;
    writeFileSync(claim, "");
    expect(await takeLock(path, options)).toMatchObject({ holder: { pid: DEAD } });
    utimesSync(claim, new Date(0), new Date(0));
    await leaseOf(await takeLock(path, options)).release();
  });

  const checkLost = (name: string, disturb: (path: string) => void, why: string) =>
    it(`tells its owner once when it ${name}`, async () => {
      const path = fresh();
      const lost: string[] = [];
      const told = new EventEmitter();
      const onLost = (reason: string) => {
        lost.push(reason);
        told.emit("lost");
      };
      const lease = leaseOf(await takeLock(path, { ...options, onLost, beatMs: 5 }));
      const heard = once(told, "lost");
      disturb(path);
      await heard;
      await lease.release();
      expect(lost).toEqual([`${path} ${why}`]);
    });
  checkLost("was removed", (path) => rmSync(path), "was removed");
  checkLost(
    "was taken over",
    (path) => writeFileSync(path, by(7, "elsewhere")),
    "was taken over by process 7 on elsewhere, since 2026-11-21 10:00 UTC",
  );

  it("says what is wrong when the folder is none", async () => {
    const path = join(left("", 0), "order.lock");
    await expect(takeLock(path, options)).rejects.toMatchObject({
      fault: { kind: "disk" },
      message: `could not create ${path}: a part of the path is no folder. Move that file away, then go on.`,
    });
  });
});

describe("processes", () => {
  let program = "";
  beforeAll(() => {
    program = buildProgram(
      folder,
      "take",
      `import { takeLock } from "./lock.ts";
       const result = await takeLock(process.argv[2], { now: () => new Date().toISOString(), onLost: () => {} });
       console.log("lease" in result ? "taken" : "refused");
       setInterval(() => {}, 1000);
       process.stdin.on("data", () => process.exit());`,
    );
  });
  const start = async (path: string) => {
    const { child, ended } = runProgram(process.execPath, [program, path]);
    const answer = await new Promise<string>((resolve) =>
      child.stdout?.once("data", (data: Buffer) => resolve(data.toString().trim())),
    );
    return { child, ended, answer };
  };

  it("that compete for a dead one's lock: exactly one wins", async () => {
    for (let round = 0; round < 3; round++) {
      const path = left(by(DEAD, hostname()), 0);
      const all = await Promise.all(Array.from({ length: 5 }, () => start(path)));
      expect(all.map(({ answer }) => answer).sort()).toEqual([
        "refused",
        "refused",
        "refused",
        "refused",
        "taken",
      ]);
      for (const { child } of all) child.kill("SIGKILL");
      await Promise.all(all.map(({ ended }) => ended));
    }
  });

  it("a killed one is succeeded at once", async () => {
    const path = fresh();
    const first = await start(path);
    expect(first.answer).toBe("taken");
    expect(await takeLock(path, options)).toMatchObject({ holder: { pid: first.child.pid } });
    first.child.kill("SIGKILL");
    await first.ended;
    await leaseOf(await takeLock(path, options)).release();
  });
});
