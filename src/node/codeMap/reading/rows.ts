/** Tables of a test: each row is one more thing it demands. */
import { type Demand, demand } from "./assertions.ts";
import { namedKids, type Sketch, type Text } from "./sketch.ts";

const LIST =
  /^(array|list|tuple|literal_value|array_expression|array_initializer|array_creation_expression|initializer_expression|element_value_array_initializer|set|template_string|array_creation)$/;
const COMPOSITE =
  /^(array|object|list|tuple|dictionary|literal_value|keyed_element|array_expression|tuple_expression|struct_expression|array_initializer|hash|initializer_list|object_creation_expression)$/;

/**
 * Null when a node is no table. A table that a runner is given counts row by row; of other lists those of lists or
 * objects, because tests go through them.
 */
export function rowsOf(text: Text, node: Sketch, kind: string): Demand[] | null {
  if (!LIST.test(node.type)) return null;
  const kids = namedKids(node).filter(({ type }) => type !== "string_fragment" && type !== "slice_type");
  const elements = kids.map((one) =>
    one.type === "literal_element" || one.type === "array_element_initializer"
      ? (namedKids(one)[0] ?? one)
      : one,
  );
  const composite = elements.filter(({ type }) => COMPOSITE.test(type) && type !== "keyed_element");
  const isTable = kind === "table";
  if (!isTable && (composite.length < 2 || composite.length < elements.length)) return null;
  const matcher = isTable || kind === "go" ? "row" : "data";
  return elements
    .map((one) => demand(text, one, { matcher, subject: [], expected: [[one]], swallowed: false }))
    .map((one) => ({ ...one, strength: 3 }));
}
