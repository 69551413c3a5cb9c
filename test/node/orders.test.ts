import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { createOrder, findOrder, listOrders } from "../../src/node/orders.ts";
import { slug } from "../../src/node/slug.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const fresh = () => mkdtempSync(join(folder, "ws-"));
const DATE = "2026-11-21";

describe("slug", () => {
  const check = (text: string, expected: string) =>
    it(JSON.stringify(text), () => expect(slug(text)).toBe(expected));
  check("Add a --limit flag", "add-a-limit-flag");
  check("Größe ändern: Café", "gro-e-andern-cafe");
  check("../../etc/passwd", "etc-passwd");
  check("日本語", "");
  check("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight");
  check("x".repeat(60), "x".repeat(40));
});

describe("creating an order", () => {
  it("writes a goal that reads back, and what git is to ignore", async () => {
    const root = fresh();
    const goal = "---\nnot: front matter\n---\nAdd a flag";
    const order = await createOrder(root, `\n${goal}\n`, DATE);
    expect(order.id).toBe("2026-11-21-not-front-matter-add-a-flag");
    expect(await openOrderFiles(root, order.id).read()).toMatchObject({ goal, overrides: {}, problems: [] });
    expect(readFileSync(join(root, ".slicewise/.gitignore"), "utf8")).toContain("orders/*/blobs/\n*.lock\n");
    expect(readdirSync(order.folder)).toEqual(["order.md"]);
  });

  it("never takes another's folder or changes the user's .gitignore", async () => {
    const root = fresh();
    mkdirSync(join(root, ".slicewise"));
    writeFileSync(join(root, ".slicewise/.gitignore"), "mine");
    const made = await Promise.all(
      ["Do it", "Do it", "do IT!", "日本語"].map((goal) => createOrder(root, goal, DATE)),
    );
    expect(made.map(({ id }) => id).sort()).toEqual([
      `${DATE}-do-it`,
      `${DATE}-do-it-2`,
      `${DATE}-do-it-3`,
      `${DATE}-order`,
    ]);
    expect(readFileSync(join(root, ".slicewise/.gitignore"), "utf8")).toBe("mine");
  });

  const refused = (name: string, root: () => string, goal: string, message: string) =>
    it(name, () => expect(createOrder(root(), goal, DATE)).rejects.toThrow(message));
  refused("an empty goal", fresh, " \n", "the goal is empty. Say what is to be done.");
  refused(
    "a novel",
    fresh,
    "x".repeat(250_001),
    "the goal is longer than 250 kB. Put the details into files.",
  );
  refused(
    "no workspace",
    () => join(folder, "none"),
    "x",
    `could not create an order in ${join(folder, "none")}: it does not exist.`,
  );
  refused("a read-only place", () => "/proc/self", "x", "could not create an order in /proc/self: ");
  refused(
    "a .slicewise that leads elsewhere",
    () => {
      const root = fresh();
      symlinkSync(fresh(), join(root, ".slicewise"));
      return root;
    },
    "x",
    "goes through .slicewise, a symbolic link that leads outside the repository",
  );
});

describe("finding an order", () => {
  const root = fresh();
  for (const id of ["2026-11-20-limit", "2026-11-21-limit-flag", "2026-11-22-docs"]) {
    mkdirSync(join(root, ".slicewise/orders", id), { recursive: true });
  }
  writeFileSync(join(root, ".slicewise/orders/a-file"), "");
  const found = (text: string, id: string) =>
    it(text.replace(root, "…"), async () => {
      expect(await findOrder(root, text)).toMatchObject({ id, folder: join(root, ".slicewise/orders", id) });
    });
  found("docs", "2026-11-22-docs");
  found("limit-f", "2026-11-21-limit-flag");
  found("2026-11-20-limit", "2026-11-20-limit");
  found(".slicewise/orders/2026-11-20-limit/", "2026-11-20-limit");
  found(join(root, ".slicewise/orders/2026-11-20-limit"), "2026-11-20-limit");

  const error = (text: string, message: string) =>
    it(`not ${JSON.stringify(text)}`, async () =>
      expect(await findOrder(root, text)).toEqual({ error: message }));
  const all = "2026-11-20-limit, 2026-11-21-limit-flag, 2026-11-22-docs";
  error(
    "limit",
    '"limit" is part of 2 orders: 2026-11-20-limit, 2026-11-21-limit-flag. Give more of the id.',
  );
  error("nope", `no order is called "nope". There are: ${all}.`);
  error("../orders", `no order is called "../orders". There are: ${all}.`);
  error("", `no order is called "". There are: ${all}.`);

  it("lists ids and says when there are none", async () => {
    expect(await listOrders(root)).toEqual(all.split(", "));
    const empty = fresh();
    expect(await listOrders(empty)).toEqual([]);
    expect(await findOrder(empty, "x")).toEqual({
      error: `there is no order in ${join(empty, ".slicewise/orders")}. Make one with: slicewise plan "GOAL"`,
    });
  });
});
