/** JSON Schema as strict modes take it. Our own zod schemas check everything again, so dropping keywords loses nothing. */

type Schema = Record<string, unknown>;

const KEPT = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "const",
  "anyOf",
  "description",
  "$ref",
  "$defs",
]);

/** The schema with only the keywords every strict mode knows; null when it cannot be made strict (optional keys, maps). */
export function strictSchema(schema: Schema): Schema | null {
  const made: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!KEPT.has(key)) continue;
    const strict = strictValue(key, value);
    if (strict === null) return null;
    made[key] = strict;
  }
  return schema.type === "object" ? strictObject(made) : made;
}

function strictValue(key: string, value: unknown): unknown {
  if (key === "items") return strictSchema(value as Schema);
  if (key === "anyOf") return all((value as Schema[]).map(strictSchema));
  if (key !== "properties" && key !== "$defs") return value;
  const entries = Object.entries(value as Record<string, Schema>).map(
    ([name, one]) => [name, strictSchema(one)] as const,
  );
  return entries.some(([, one]) => one === null) ? null : Object.fromEntries(entries);
}

const all = (schemas: (Schema | null)[]): Schema[] | null =>
  schemas.some((one) => one === null) ? null : (schemas as Schema[]);

function strictObject(schema: Schema): Schema | null {
  const names = Object.keys((schema.properties as Schema | undefined) ?? {});
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const isMap = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  if (isMap || names.some((name) => !required.has(name))) return null;
  return { ...schema, properties: schema.properties ?? {}, required: names, additionalProperties: false };
}
