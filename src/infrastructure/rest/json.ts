const INSTANT = /^at$|(?:^|[a-z])(?:At|From|Until|until)$/u;

/**
 * An answer as it goes out: members named `at`, `…At`, `…From`, `…Until` and `until` hold instants and become RFC 3339 UTC, to
 * the millisecond. Everything else stays as it is.
 */
export function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const json: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'number') json[name] = INSTANT.test(name) ? new Date(member).toISOString() : member;
    else json[name] = typeof member === 'object' ? toJson(member) : member;
  }
  return json;
}
