import { expect, test } from "vitest";
import { promise, isSameSignature, signatureIn } from "../../src/core/promise.ts";

test.each<[string, string | null, string | null, string]>([
  [
    "src/limit.js#parseLimit(argv: string[]): number",
    "src/limit.js",
    "parseLimit",
    "(argv: string[]): number",
  ],
  ["src/a.ts#Store.save(note)", "src/a.ts", "save", "(note)"],
  ["parseLimit", null, "parseLimit", ""],
  ["src/limit.js", "src/limit.js", null, ""],
  ["a table of the flags", null, null, ""],
])("promise: %s", (entry, path, name, signature) =>
  expect(promise(entry)).toEqual({ path, name, signature }),
);

test.each<[string, string, boolean]>([
  ["export function f(a: string): number {", "f(a:string): number", true],
  ["export const f = (a): number", "f(a): number", true],
  ["def f(a, b=1):", "f(a, b=1)", true],
  ["pub async fn f(a: u8) -> u8", "f(a: u8) -> u8", true],
  ["function f(a, b)", "f(a)", false],
])("the same signature: %s | %s", (a, b, same) => expect(isSameSignature(a, b)).toBe(same));

test.each<[string, string, string | null]>([
  ["export function f({ a, b } = {}) {\n  return 1;\n}", "f", "export function f({ a, b } = {})"],
  [
    "export async function f(\n  a: string,\n  b: { c: number },\n): Promise<{ d: number }> {\n",
    "f",
    "export async function f( a: string, b: { c: number }, ): Promise<{ d: number }>",
  ],
  ["// function f is gone\nconst f = (a) => a;", "f", "const f = (a)"],
  ["export class Store extends Map {\n  save() {}\n}", "Store", "export class Store extends Map"],
  ["def f(a: int = 3) -> str:\n    return 1", "f", "def f(a: int = 3) -> str"],
  ["def f(a)\n  a\nend", "f", "def f(a)"],
  ["pub fn f<T>(a: Vec<T>) -> T {\n", "f", "pub fn f<T>(a: Vec<T>) -> T"],
  ["func (s *Store) f(a int) error {\n", "f", "func (s *Store) f(a int) error"],
  ["export const SIZES = {\n  a: 1,\n};", "SIZES", "export const SIZES"],
  ["export type T = string;", "T", "export type T = string"],
  ["function foo() {}\nlet x = f();", "f", null],
  ["const text = 'function f(a)';", "f", null],
  ["f(1);", "f", null],
  ["function f(", "f.g", null],
])("signatureIn: %j", (text, name, expected) => expect(signatureIn(text, name)).toBe(expected));
