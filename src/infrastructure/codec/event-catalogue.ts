import { z } from 'zod';
import type { EventCatalogue, EventDefinition } from './event-definition.js';
import { currentVersion } from './event-definition.js';
import { STORED_BODY } from './stored-body.js';

type Schema = z.core.JSONSchema.BaseSchema;

const INTRODUCTION = `# Event catalogue

What can happen to an account, and who read its history, as it is stored. Names and members are the storage format: none is ever renamed or
removed. What changes gets a schema version, and older versions are converted as they are read.

This page is generated from the schemas that write and read the events. A test fails when it has drifted;
\`UPDATE_GENERATED=1 npm run jest -- test/versioning\` rewrites it.

## Every event

The body of an event is canonical JSON (RFC 8785) with these members, so that anyone can take its hash. Position and
revision are not in it: the store keeps them beside it.`;

const SEALED = `\`sealed\` is AES-256-GCM (12-byte nonce, ciphertext, 16-byte tag) under the account's own key, with
\`{stream}|{eventId}\` as additional data, over the JSON \`{"endUser":{…},"personal":{…}}\`. \`endUser\` holds \`address\` and
\`agent\` of the end user where the backend passed them on, \`personal\` the members written in *italics* below. Once the key
is destroyed that part reads \`redacted\`, and everything else reads as before.`;

/** `docs/event-catalogue.md`: the storage format in words, from the schemas that write and read it. */
export function renderEventCatalogue(catalogue: EventCatalogue): string {
  const kinds = new Map<string, Schema>();
  const sections = [
    INTRODUCTION,
    table(membersOf(STORED_BODY, kinds)),
    SEALED,
    ...inOrder(Object.entries<EventDefinition>(catalogue)).map(([type, definition]) =>
      eventSection(type, definition, kinds),
    ),
    '## Kinds of values',
  ];
  const kindSections = inOrder([...kinds]).map(([name, schema]) => kindSection(name, schema));
  return `${[...sections, ...kindSections].join('\n\n')}\n`;
}

function eventSection(type: string, definition: EventDefinition, kinds: Map<string, Schema>): string {
  const heading = `## ${type}\n\n${definition.summary} Schema version ${currentVersion(definition)}.`;
  const personal = membersOf(definition.personal, kinds).map(([name, ...rest]) => [`*${name}*`, ...rest]);
  const rows = [...membersOf(definition.data, kinds), ...personal];
  return rows.length === 0 ? heading : `${heading}\n\n${table(rows)}`;
}

function kindSection(name: string, schema: Schema): string {
  const heading = `### ${name}\n\n${schema.description ?? ''}`;
  return `${heading}\n\n${schema.properties === undefined ? `Stored as ${kindOf(schema)}.` : table(rowsOf(schema))}`;
}

type MemberRow = readonly string[];

/** Takes note of the named kinds of values on the way. */
function membersOf(schema: z.ZodType, kinds: Map<string, Schema>): readonly MemberRow[] {
  const described: Schema = z.toJSONSchema(schema);
  for (const [name, kind] of Object.entries(described.$defs ?? {})) kinds.set(name, kind);
  return rowsOf(described);
}

function rowsOf({ properties = {}, required = [] }: Schema): readonly MemberRow[] {
  return Object.entries(properties).map(([name, schema]) => {
    const member = schema as Schema;
    return [`\`${name}\`${required.includes(name) ? '' : '?'}`, kindOf(member), member.description ?? ''];
  });
}

function table(rows: readonly MemberRow[]): string {
  const lines = [['member', 'kind', 'meaning'], ['---', '---', '---'], ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function kindOf(schema: z.core.JSONSchema._JSONSchema): string {
  if (typeof schema === 'boolean') return 'anything';
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.map(kindOf).join(' | ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' | ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.$ref !== undefined) return linkTo(schema.$ref.slice('#/$defs/'.length));
  if (schema.type === 'array') return listOf(schema.items);
  if (schema.type === 'object') {
    const members = rowsOf(schema).map(([name, kind]) => `${name}: ${kind}`);
    return `{ ${members.join(', ')} }`;
  }
  return [schema.type ?? 'object']
    .flat()
    .map((type) => (type === 'string' ? 'text' : type))
    .join(' | ');
}

function listOf(items: Schema['items']): string {
  const kind = kindOf(items === undefined || Array.isArray(items) ? true : items);
  return kind.includes(' | ') ? `list of (${kind})` : `list of ${kind}`;
}

function linkTo(kind: string): string {
  return `[${kind}](#${kind.toLowerCase()})`;
}

const inOrder = <Value>(entries: readonly (readonly [string, Value])[]) =>
  entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
