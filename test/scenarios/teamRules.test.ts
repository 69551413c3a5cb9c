/** What the team's rules enforce, in a whole run: the guard, the way back, and rules that cannot be read. */
import { expect, test } from "vitest";
import { call, finish, last, makeLab, write, writes } from "./lab.ts";

const RULES = ".slicewise/rules.md";
const ENFORCED = "---\nprotect: [README.md]\nforbid: ['debugger;']\n---\n";
const anywhere = { id: "01", keys: { writes: ["**"] } };

test("a protected file is refused at once, and costs no round", async () => {
  const lab = makeLab({
    tasks: [anywhere],
    models: { "01": [[write("README.md", "mine\n"), ...writes("src/01.txt", "good\n")]] },
  });
  lab.put(RULES, ENFORCED);
  const log = await lab.run();
  expect(last(log, "refused")).toMatchObject({ what: "README.md", why: "is protected by the team's rules" });
  expect(log.flatMap((entry) => (entry.type === "judged" ? [entry.verdict.result] : []))).toEqual(["pass"]);
  expect(lab.landed("README.md")).toBe("lab");
});

test("a protected file that a command changed is put back, and the slice goes on without", async () => {
  const check = "echo mine > README.md; grep -q good src/01.txt";
  const turns = [
    write("src/01.txt", "good\n"),
    { calls: [call("run", { command: check })] },
    finish(),
    finish(),
  ];
  const keys = { writes: ["**"], checks: [{ run: check, before: "fail" }] };
  const lab = makeLab({ tasks: [{ id: "01", keys }], models: { "01": [turns] } });
  lab.put(RULES, ENFORCED);
  const log = await lab.run();
  const verdicts = log.flatMap((entry) => (entry.type === "judged" ? [entry.verdict] : []));
  const told = verdicts.map(({ evidence }) => evidence.find(({ name }) => name === "team rules"));
  expect(told.map((one) => one?.result)).toEqual(["fail", "pass"]);
  expect(told[0]?.why).toMatch(/^README\.md is protected by the team's rules: /);
  expect(lab.landed("README.md")).toBe("lab");
  expect(lab.landed("src/01.txt")).toBe("good");
});

test("a slice that names the file may change it", async () => {
  const lab = makeLab({
    tasks: [{ id: "01", keys: { writes: ["README.md", "src/01.txt"] } }],
    models: { "01": [[write("README.md", "mine\n"), ...writes("src/01.txt", "good\n")]] },
  });
  lab.put(RULES, ENFORCED);
  await lab.run();
  expect(lab.landed("README.md")).toBe("mine");
});

test("forbidden text never lands", async () => {
  const lab = makeLab({
    tasks: [anywhere],
    models: { "01": [[...writes("src/01.txt", "good; debugger;\n"), ...writes("src/01.txt", "good\n")]] },
  });
  lab.put(RULES, ENFORCED);
  const log = await lab.run();
  const results = log.flatMap((entry) => (entry.type === "judged" ? [entry.verdict.result] : []));
  expect(results).toEqual(["fail", "pass"]);
  expect(lab.landed("src/01.txt")).toBe("good");
});

test("an order does not begin under rules that cannot be read", async () => {
  const lab = makeLab({ tasks: [anywhere], models: { "01": [writes("src/01.txt", "good\n")] } });
  lab.put(RULES, "---\nprotec: [README.md]\n---\n");
  await expect(lab.run()).rejects.toThrow(
    ".slicewise/rules.md:2 protec: is not a key of .slicewise/rules.md; remove or rename it",
  );
});

test("rules that break while it runs leave the verdict to a person", async () => {
  const lab = makeLab({
    tasks: [anywhere],
    models: {
      "01": [
        [
          () => {
            lab.put(RULES, "---\nprotec: [README.md]\n---\n");
            return write("src/01.txt", "good\n");
          },
          finish(),
        ],
      ],
    },
  });
  const log = await lab.run();
  const verdict = log.flatMap((entry) => (entry.type === "judged" ? [entry.verdict] : [])).at(-1);
  expect(verdict?.result).toBe("unknown");
  expect(verdict?.evidence.find(({ name }) => name === "team rules")?.why).toMatch(
    /:2 protec: .* Mend the file/,
  );
  expect(log.some(({ type }) => type === "landed")).toBe(false);
});
