import type { DescEnum, DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';

/**
 * Between the JSON that protobuf defines and the JSON of the REST API, which differ in three things: enums are
 * `STORAGE_THIS_DEVICE` here and `this-device` there, 64-bit integers are text here and numbers there, and a list in a
 * list is a message of one list here.
 */
export function toRestJson(message: DescMessage, json: JsonObject): JsonObject {
  return mapped(message, json, {
    word: ({ values }, name) => {
      const value = values.find((each) => each.name === name);
      return value === undefined ? name : wordOf(value.localName);
    },
    integer: Number,
    nested: (inner, value) => (isObject(value) ? toRestJson(inner, value) : value),
  });
}

/** A word that `proto/` doesn't know yet becomes `…_UNSPECIFIED`. */
export function fromRestJson(message: DescMessage, json: JsonObject): JsonObject {
  return mapped(message, json, {
    word: ({ values }, word) =>
      values.find(({ localName }) => wordOf(localName) === word)?.name ?? values[0]?.name ?? null,
    integer: (value) => value,
    nested: (inner, value) => {
      if (isObject(value)) return fromRestJson(inner, value);
      const [only] = inner.fields;
      if (!Array.isArray(value) || only === undefined) return value;
      return fromRestJson(inner, { [only.jsonName]: value });
    },
  });
}

/** The words that an enum's fields are in REST, in its order. */
export function wordsOf({ values }: DescEnum): readonly string[] {
  return values.filter(({ number }) => number !== 0).map(({ localName }) => wordOf(localName));
}

function wordOf(localName: string): string {
  return localName.toLowerCase().replaceAll('_', '-');
}

interface Mapping {
  word(desc: DescEnum, value: string): JsonValue;
  integer(value: JsonValue): JsonValue;
  nested(desc: DescMessage, value: JsonValue): JsonValue;
}

function mapped(message: DescMessage, json: JsonObject, mapping: Mapping): JsonObject {
  const result: JsonObject = { ...json };
  for (const field of message.fields) {
    const value = json[field.jsonName];
    if (value === undefined) continue;
    result[field.jsonName] =
      field.fieldKind === 'list' && Array.isArray(value)
        ? value.map((each) => mappedValue(field, each, mapping))
        : mappedValue(field, value, mapping);
  }
  return result;
}

function mappedValue(field: DescField, value: JsonValue, mapping: Mapping): JsonValue {
  if (field.enum !== undefined) return typeof value === 'string' ? mapping.word(field.enum, value) : value;
  if (field.message !== undefined) {
    return isWellKnown(field.message) ? value : mapping.nested(field.message, value);
  }
  return isLong(field.scalar) ? mapping.integer(value) : value;
}

function isLong(scalar: ScalarType | undefined): boolean {
  return scalar === ScalarType.INT64 || scalar === ScalarType.UINT64;
}

/** These have a JSON of their own (timestamps, structs), which is that of REST too. */
export function isWellKnown({ typeName }: DescMessage): boolean {
  return typeName.startsWith('google.protobuf.');
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
