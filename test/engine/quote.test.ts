import { expect, test } from "vitest";
import { prose } from "../../src/engine/quote.ts";

test.each([
  ["a fence that is closed", "a\n```\nb\n```", "a\n```\nb\n```"],
  ["a fence left open is closed", "a\n~~~~\nb", "a\n~~~~\nb\n~~~~"],
  ["by its own kind", "```\n~~~", "```\n~~~\n```"],
  ["under a list, too", "- a\n    ```\n    b", "- a\n   ```\n    b\n```"],
  ["behind tabs", "a\n\t \t```", "a\n   ```\n```"],
  ["behind spaces of other kinds", "a\n\u00a0\u3000```", "a\n   ```\n```"],
  ["headings stand below ours", "# a\n## b", "### a\n#### b"],
])("prose under a heading of ours: %s", (_name, text, expected) => expect(prose(text)).toBe(expected));
