/** What WebAuthn needs of CBOR (RFC 8949), in CTAP2's canonical encoding: shortest lengths, keys in the order given. */
export type Cbor =
  number | string | boolean | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'boolean') return head(7, value ? 21 : 20);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value]);
  if (value instanceof Map) {
    const entries: readonly (readonly [number | string, Cbor])[] = [...value];
    return Buffer.concat([
      head(5, entries.length),
      ...entries.flatMap(([key, member]) => [encodeCbor(key), encodeCbor(member)]),
    ]);
  }
  const items: readonly Cbor[] = Array.isArray(value) ? value : [];
  return Buffer.concat([head(4, items.length), ...items.map(encodeCbor)]);
}

/** Major type and the argument in its shortest form. */
function head(majorType: number, argument: number): Buffer {
  if (!Number.isSafeInteger(argument)) throw new RangeError(`CBOR here takes whole numbers, not ${argument}`);
  const type = majorType << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  if (argument < 0x1_0000) return Buffer.from([type | 25, argument >> 8, argument & 0xff]);
  const bytes = Buffer.alloc(5);
  bytes[0] = type | 26;
  bytes.writeUInt32BE(argument, 1);
  return bytes;
}
