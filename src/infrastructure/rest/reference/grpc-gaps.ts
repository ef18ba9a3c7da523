import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { isWellKnown, wordsOf } from '../../grpc/words.js';

/** What is read of a JSON Schema; `nullable` is absence in a message, and so makes no difference. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Says where a message can't hold what a JSON object holds, or holds what the other lacks; each with its path. */
export function fieldGaps(message: DescMessage, schemas: readonly Schema[], at: string): readonly string[] {
  const members = new Map<string, Schema[]>();
  for (const [name, schema] of schemas.flatMap(({ properties = {} }) => Object.entries(properties))) {
    members.set(jsonNameOf(name), [...(members.get(jsonNameOf(name)) ?? []), ...variantsOf(schema)]);
  }
  const open = schemas.some(({ additionalProperties = false }) => additionalProperties !== false);
  const fields = new Map(message.fields.map((field) => [field.jsonName, field]));
  const extra = open ? [] : [...fields.keys()].filter((name) => !members.has(name));
  return [
    ...extra.map((name) => `${at}.${name}: only proto has it`),
    ...[...members].flatMap(([name, variants]) => {
      const field = fields.get(name);
      if (field === undefined) return [`${at}.${name}: proto lacks it`];
      return valueGaps(field, variants, `${at}.${name}`);
    }),
  ];
}

/** RFC 7662 and RFC 8693 write members with underscores. */
function jsonNameOf(name: string): string {
  return name.replaceAll(/_(?<letter>\w)/gu, (_all, letter: string) => letter.toUpperCase());
}

function variantsOf(schema: Schema): readonly Schema[] {
  const { anyOf, oneOf } = schema;
  return (anyOf ?? oneOf)?.flatMap(variantsOf) ?? [schema];
}

function valueGaps(field: DescField, variants: readonly Schema[], at: string): readonly string[] {
  if (field.fieldKind !== 'list') return singleGaps(field, variants, at);
  const items = variants.flatMap(({ items: each }) => (each === undefined ? [] : variantsOf(each)));
  if (items.length === 0) return [`${at}: a list in proto alone`];
  const inner = field.message;
  // A list in a list is a message of one list.
  const [only] = inner?.fields ?? [];
  if (only?.fieldKind === 'list' && items.every(({ type }) => type === 'array')) {
    return valueGaps(only, items, at);
  }
  return singleGaps(field, items, at);
}

function singleGaps(field: DescField, variants: readonly Schema[], at: string): readonly string[] {
  const of = (...types: readonly string[]): boolean => variants.some(({ type = '' }) => types.includes(type));
  const wanted = (fits: boolean, kind: string): readonly string[] =>
    fits ? [] : [`${at}: ${kind} in proto alone`];
  if (field.message !== undefined) {
    if (field.message.typeName === 'google.protobuf.Timestamp') {
      return wanted(
        variants.some(({ format }) => format === 'date-time'),
        'a moment',
      );
    }
    if (field.message.typeName === 'google.protobuf.Value') return [];
    return isWellKnown(field.message)
      ? wanted(of('object'), 'a struct')
      : [...wanted(of('object'), 'a message'), ...fieldGaps(field.message, variants, at)];
  }
  if (field.enum !== undefined) {
    const words = wordsOf(field.enum);
    const said = variants.flatMap((variant) => variant.enum ?? []).map(String);
    return [
      ...wanted(said.length > 0, 'an enum'),
      ...said.filter((word) => !words.includes(word)).map((word) => `${at}: proto lacks ${word}`),
    ];
  }
  if (field.scalar === ScalarType.STRING) return wanted(of('string'), 'text');
  if (field.scalar === ScalarType.BOOL) return wanted(of('boolean'), 'a boolean');
  return wanted(of('integer', 'number'), 'a number');
}
