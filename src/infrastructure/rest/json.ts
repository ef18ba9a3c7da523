const INSTANT = /^at$|(?:^|[a-z])(?:At|Until|until)$/u;

/**
 * An answer as it goes out: members named `at`, `…At`, `…Until` and `until` hold instants and become RFC 3339 UTC, to
 * the millisecond. Everything else stays as it is.
 */
export function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const json: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    json[name] =
      typeof member === 'number' && INSTANT.test(name) ? new Date(member).toISOString() : toJson(member);
  }
  return json;
}
