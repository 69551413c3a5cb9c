import assert from "node:assert/strict";
import { test } from "node:test";
import { asText } from "../src/format.js";

test("a note is one line", () => {
  assert.equal(asText([{ id: 1, text: "Buy milk" }]), "  1  Buy milk");
});
