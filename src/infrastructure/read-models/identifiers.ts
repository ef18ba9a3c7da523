const IDENTIFIER = /^[a-z][a-z0-9_-]{0,62}$/;

/**
 * A table's or column's name, quoted. Names are never taken from a request; this holds even where one is by mistake.
 * @throws where it is no lower-case name of letters, digits, hyphens and underscores
 */
export function quoted(name: string): string {
  if (!IDENTIFIER.test(name)) throw new Error('a table or column name holds characters that are not allowed');
  return `"${name}"`;
}

/** The tables of one generation are not those of the next. Readers see the live ones under the bare name. */
export function quotedOf(table: string, generation: number): string {
  if (!Number.isSafeInteger(generation)) throw new Error('a generation is a whole number');
  return `${quoted(table).slice(0, -1)}@${generation}"`;
}

export function list(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}
