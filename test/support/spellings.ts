/** The bytes of a value in every way in which they might be written. */
export function spellings(value: string): readonly Buffer[] {
  const bytes = Buffer.from(value);
  const escaped = JSON.stringify(value).slice(1, -1);
  const hex = bytes.toString('hex');
  const written = [value, escaped, encodeURIComponent(value), hex, hex.toUpperCase()];
  for (const before of [0, 1, 2]) {
    // In the middle of other base64: without the characters that also depend on its neighbours.
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = shifted.toString(encoding).replace(/=+$/u, '');
      written.push(text.slice(Math.ceil((before * 4) / 3), -1));
    }
  }
  const utf16 = Buffer.from(value, 'utf16le');
  return [...new Set(written)].map((text) => Buffer.from(text)).concat(utf16);
}

/** The names of those values that stand in the bytes, however they are written. */
export function found(values: ReadonlyMap<string, string>, bytes: Buffer): readonly string[] {
  return [...values]
    .filter(([, value]) => spellings(value).some((spelling) => bytes.includes(spelling)))
    .map(([what]) => what);
}
