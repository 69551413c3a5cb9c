/** What is read of each language: its definitions with kind, parent, whether they are exported, and their signature. */
import { expect, test } from "vitest";
import { codeMaps } from "./codeMapFixture.ts";
import { scratchFolder } from "./scratchFolder.ts";

const map = codeMaps().open(scratchFolder());

/** "line kind +parent.name | signature": "+" is exported. */
async function check(path: string, text: string, expected: string): Promise<void> {
  const found = await map.symbols(path, text);
  const lines = found.map(
    ({ line, endLine, kind, exported, parent, name, signature }) =>
      `${line}${endLine === line ? "" : `-${endLine}`} ${kind} ${exported ? "+" : "-"}${parent === null ? "" : `${parent}.`}${name} | ${signature}`,
  );
  expect(lines.join("\n")).toBe(expected.trim().replace(/^ +/gm, ""));
}

test("TypeScript", () =>
  check(
    "a.ts",
    `import { V } from "./v";
@Injectable({ a: 1 })
export class Store<T> extends Base implements I {
  private cache = new Map<string, T>();
  static make = (size: number) => new Store();
  constructor(private readonly size: number) { super(); }
  async get(key: string): Promise<T | null> {
    const inner = 1;
    return null;
  }
  #hidden() {}
}
export const limit = (n: number): number => { return n; }, MAX = 3;
let counter = 0;
function local() {}
export default function (a: string) {}
export interface Shape { area(scale: number): number; name: string }
export type Id =
  | string
  | number;
enum Color { Red }
declare module "x" { function y(): void }
export namespace N { export function z() {} }
abstract class A { protected abstract k(): void }
export { Color, local as other };
`,
    `3-12 class +Store | export class Store<T> extends Base implements I
    4 variable -Store.cache | private cache = new Map<string, T>()
    5 method +Store.make | static make = (size: number)
    6 method +Store.constructor | constructor(private readonly size: number)
    7-10 method +Store.get | async get(key: string): Promise<T | null>
    11 method -Store.#hidden | #hidden()
    13 function +limit | export const limit = (n: number): number
    13 constant +MAX | export const MAX = 3
    14 variable -counter | let counter = 0
    15 function +local | function local()
    16 function +default | export default function (a: string)
    17 interface +Shape | export interface Shape
    17 method +Shape.area | area(scale: number): number
    18-20 type +Id | export type Id = | string | number
    21 enum +Color | enum Color
    22 module -"x" | module "x"
    22 function -"x".y | function y(): void
    23 module +N | export namespace N
    23 function +N.z | export function z()
    24 class -A | abstract class A
    24 method -A.k | protected abstract k(): void`,
  ));

test("TSX", () =>
  check(
    "a.tsx",
    `export const App: React.FC<Props> = ({ name }) => <div onClick={() => go()}>don't {name}</div>;
const Memo = memo(App);`,
    `1 function +App | export const App: React.FC<Props> = ({ name })
    2 constant -Memo | const Memo = memo(App)`,
  ));

test("JavaScript, also as CommonJS", () =>
  check(
    "a.cjs",
    `const fs = require("fs"), { join } = require("path");
var VERSION = "1";
class Compiler { run(callback) {} static get hooks() { return 1; } }
Compiler.prototype.close = function (callback) {};
exports.open = function (file) {};
module.exports.LIMIT = 4;
function* walk() {}
module.exports = { Compiler, walk: walk };
`,
    `2 variable -VERSION | var VERSION = "1"
    3 class +Compiler | class Compiler
    3 method +Compiler.run | run(callback)
    3 method +Compiler.hooks | static get hooks()
    4 method +Compiler.close | Compiler.prototype.close = function (callback)
    5 function +open | exports.open = function (file)
    6 variable +LIMIT | module.exports.LIMIT = 4
    7 function +walk | function* walk()`,
  ));

test("Python", () =>
  check(
    "a.py",
    `from .b import c
LIMIT: int = 3
_private = {}
@app.route("/x")
class Store(Base, metaclass=Meta):
    kind = "a"
    def __init__(self, size: int = 3) -> None:
        self.x = 1
    async def get(self, key): pass
    def _hidden(self): pass
try:
    def fast(a): pass
except ImportError:
    pass
`,
    `2 constant +LIMIT | LIMIT: int = 3
    3 variable -_private | _private = {}
    5-10 class +Store | class Store(Base, metaclass=Meta)
    6 variable +Store.kind | kind = "a"
    7-8 method +Store.__init__ | def __init__(self, size: int = 3) -> None
    9 method +Store.get | async def get(self, key)
    10 method -Store._hidden | def _hidden(self)
    12 function +fast | def fast(a)`,
  ));

test("Go", () =>
  check(
    "a.go",
    `package a
const ( Max = 3; min = 1 )
var shared, other = 1, 2
type ( Store[T any] struct { size int }; reader interface { Read() } )
type ID = string
func (s *Store[T]) Get(key string) (T, error) { return s.x, nil }
func open(path string) *Store[int] { return nil }
`,
    `2 constant +Max | const Max = 3
    2 constant -min | const min = 1
    3 variable -shared | var shared, other = 1, 2
    4 class +Store | type Store[T any] struct
    4 interface -reader | type reader interface
    5 type +ID | type ID = string
    6 method +Store.Get | func (s *Store[T]) Get(key string) (T, error)
    7 function -open | func open(path string) *Store[int]`,
  ));

test("Rust", () =>
  check(
    "a.rs",
    `use crate::a::{b, c};
#[derive(Debug)]
pub struct Store<T> { size: u8 }
pub enum Kind { A, B }
impl<T: Clone> Store<T> {
    pub fn get(&self, key: &str) -> Option<T> { None }
    fn hidden(&self) {}
}
impl<T> Reader for Store<T> { fn read(&self) -> u8 { 1 } }
pub trait Reader { fn read(&self) -> u8; }
mod inner { pub fn deep() {} }
pub const MAX: usize = 3;
type Alias = Vec<u8>;
macro_rules! say { () => {} }
`,
    `3 class +Store | pub struct Store<T>
    4 enum +Kind | pub enum Kind
    6 method +Store.get | pub fn get(&self, key: &str) -> Option<T>
    7 method -Store.hidden | fn hidden(&self)
    9 method +Store.read | fn read(&self) -> u8
    10 interface +Reader | pub trait Reader
    10 method +Reader.read | fn read(&self) -> u8
    11 module -inner | mod inner
    11 function +inner.deep | pub fn deep()
    12 constant +MAX | pub const MAX: usize = 3
    13 type -Alias | type Alias = Vec<u8>
    14 function +say | macro_rules! say`,
  ));

test("Java", () =>
  check(
    "A.java",
    `package a;
import a.b.C;
@Entity("x")
public class Store<T> extends Base {
  private static final int MAX = 3, MIN = 1;
  public Store(int size) {}
  @Override
  public T get(String key) throws IOException { return null; }
  private void hidden() {}
  enum Kind { A; void go() {} }
}
interface Reader { int read(); }
record Point(int x, int y) {}
`,
    `4-11 class +Store | public class Store<T> extends Base
    5 variable -Store.MAX | private static final int MAX = 3
    5 variable -Store.MIN | private static final int MIN = 1
    6 method +Store.Store | public Store(int size)
    8 method +Store.get | public T get(String key) throws IOException
    9 method -Store.hidden | private void hidden()
    10 enum +Store.Kind | enum Kind
    10 method +Kind.go | void go()
    12 interface +Reader | interface Reader
    12 method +Reader.read | int read()
    13 class +Point | record Point(int x, int y)`,
  ));

test("C#", () =>
  check(
    "A.cs",
    `using System;
namespace Shop.Core {
  [Serializable]
  public class Store<T> : Base where T : new() {
    private readonly int max = 1, min = 2;
    public int Size { get; set; }
    public Store(int size) : base(size) {}
    public async Task<T> Get<K>(K key) => await Load(key);
  }
  public interface IReader { int Read(); }
  enum Kind { A }
  delegate void Done(int x);
  record Point(int X);
}
`,
    `2-14 module +Shop.Core | namespace Shop.Core
    4-9 class +Shop.Core.Store | public class Store<T> : Base where T : new()
    5 variable -Store.max | private readonly int max = 1
    5 variable -Store.min | private readonly int min = 2
    6 variable +Store.Size | public int Size
    7 method +Store.Store | public Store(int size) : base(size)
    8 method +Store.Get | public async Task<T> Get<K>(K key)
    10 interface +Shop.Core.IReader | public interface IReader
    10 method +IReader.Read | int Read()
    11 enum +Shop.Core.Kind | enum Kind
    12 type +Shop.Core.Done | delegate void Done(int x)
    13 class +Shop.Core.Point | record Point(int X)`,
  ));

test("C++", () =>
  check(
    "a.hpp",
    `#include "b.h"
#define MAX 3
#define SQUARE(x) ((x) * (x))
namespace shop {
template <class T> class Store : public Base {
  int size_;
public:
  explicit Store(int size);
  ~Store();
  T* get(const std::string& key) const { return nullptr; }
private:
  void hidden();
};
struct Point { int x; int norm(); };
using Id = int;
enum class Kind { A };
}
namespace { void unseen() {} }
int Store::size(char c) const { return 0; }
`,
    `2 constant +MAX | #define MAX 3
    3 function +SQUARE | #define SQUARE(x)
    4-17 module +shop | namespace shop
    5-13 class +shop.Store | template <class T> class Store : public Base
    8 method +Store.Store | explicit Store(int size)
    9 method +Store.~Store | ~Store()
    10 method +Store.get | T* get(const std::string& key) const
    12 method -Store.hidden | void hidden()
    14 class +shop.Point | struct Point
    14 method +Point.norm | int norm()
    15 type +shop.Id | using Id = int
    16 enum +shop.Kind | enum class Kind
    18 function -unseen | void unseen()
    19 method +Store.size | int Store::size(char c) const`,
  ));

test("C", () =>
  check(
    "a.c",
    `typedef struct { int a; } point_t;
typedef int (*callback)(int);
struct node { struct node *next; };
static int *local(int x) { return 0; }
#ifdef WIN
int open_it(const char *path);
#endif
extern int shared;
char **names(void) { return 0; }
`,
    `1 type +point_t | typedef struct
    2 type +callback | typedef int (*callback)(int)
    3 class +node | struct node
    4 function -local | static int *local(int x)
    6 function +open_it | int open_it(const char *path)
    9 function +names | char **names(void)`,
  ));

test("PHP", () =>
  check(
    "a.php",
    `<?php
namespace App\\Models;
use App\\X;
const LIMIT = 3;
abstract class User extends Base implements I {
  const KIND = 2;
  public function name(int $a = 1): ?string { return null; }
  private function hidden() {}
}
interface I { function read(); }
trait T { function go() {} }
if (!function_exists("help")) { function help($a) {} }
`,
    `4 constant +LIMIT | const LIMIT = 3
    5-9 class +User | abstract class User extends Base implements I
    6 constant +User.KIND | const KIND = 2
    7 method +User.name | public function name(int $a = 1): ?string
    8 method -User.hidden | private function hidden()
    10 interface +I | interface I
    10 method +I.read | function read()
    11 class +T | trait T
    11 method +T.go | function go()
    12 function +help | function help($a)`,
  ));

test("Ruby", () =>
  check(
    "a.rb",
    `require "set"
module Shop
  LIMIT = 3
  class Store < Base
    def get(key, default = nil)
      key
    end
    def self.open(path); end
    class << self
      def make; end
    end
    private
    def hidden; end
  end
end
`,
    `2-15 module +Shop | module Shop
    3 constant +Shop.LIMIT | LIMIT = 3
    4-14 class +Shop.Store | class Store < Base
    5-7 method +Store.get | def get(key, default = nil)
    8 method +Store.open | def self.open(path)
    10 method +Store.make | def make
    13 method -Store.hidden | def hidden`,
  ));

test("a language without a grammar has none", () => check("a.kt", "fun main() {}", ""));

test("what is not finished yet is read as far as it goes", () =>
  check(
    "a.ts",
    "export function whole(a: number) {}\nexport function half(",
    "1 function +whole | export function whole(a: number)",
  ));

test("control characters and very long heads do not reach a signature", async () => {
  const [one] = await map.symbols("a.js", `function a(\u0007b,\n\tc = "${"x".repeat(5000)}") {}`);
  expect(one?.signature).toMatch(/^function a\( b, c = "x+…$/);
  expect(one?.signature.length).toBe(240);
});
