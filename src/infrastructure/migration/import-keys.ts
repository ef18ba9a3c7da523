import { z } from 'zod';
import type { SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { KeyMaterial } from '../keys/key-material.js';
import { KeyWrapping } from '../keys/key-wrapping.js';
import type { MasterKey } from '../keys/master-key.js';
import { SealBroken } from '../keys/sealer.js';
import type { WrappedKey } from '../keys/wrapped-key.js';
import { bySubject } from '../keys/wrapped-key.js';
import { openExport, UnusableExport } from './export-file.js';
import type { KeySource } from './export-keys.js';

/** The keyring holds keys that the file doesn't hold: another service's, or of accounts that came since. Or it has begun as its own. */
export class KeyringInUse extends Error {
  constructor() {
    super(
      'the key store holds keys that are not in the file, or has a root key of its own. Keys are imported into an empty store, or into one that holds some of the same',
    );
    this.name = 'KeyringInUse';
  }
}

export interface KeyTarget extends KeySource {
  readonly keys: KeyMaterial;
  take(keys: readonly WrappedKey[]): Promise<void>;
  close(): Promise<void>;
}

export interface ImportedKeys {
  readonly keys: number;
  /** How many of them were destroyed, in the folder or here. */
  readonly destroyed: number;
}

const LINE = z.union([
  z.strictObject({ subject: z.string().min(1), wrapped: z.base64() }),
  z.strictObject({ subject: z.string().min(1), destroyedAt: z.int() }),
]);

const ROOT_KEY = z.object({ rootKey: z.base64() });

const AT_ONCE = 500;

/**
 * Keeps the keys of a file as they are, reads them back and compares. What is destroyed in the file is destroyed here, and what is
 * destroyed here stays so. May be repeated.
 * @param master opens every key before the keyring is opened, which takes the first root key that it is given
 * @param open gives an empty keyring this root key
 * @throws UnusableExport, KeyringInUse before anything is kept
 */
export async function importKeys(
  file: string,
  master: MasterKey,
  open: (sealedRootKey: Uint8Array) => Promise<KeyTarget>,
): Promise<ImportedKeys> {
  const { records, summary } = await openExport(file, 'keys');
  const sealedRootKey = rootKeyIn(file, summary);
  if (!master.opens(sealedRootKey)) throw new UnusableExport(file, 'holds keys of another master key');
  const root = master.open(sealedRootKey, file);
  const wrapping = new KeyWrapping(root);
  for await (const key of keysIn(records())) requireOwn(file, wrapping, key);
  const target = await open(sealedRootKey);
  try {
    if (!target.keys.equals(root)) throw new KeyringInUse();
    await compare(keysIn(records()), target);
    let some: WrappedKey[] = [];
    for await (const key of keysIn(records())) {
      some.push(key);
      if (some.length < AT_ONCE) continue;
      await target.take(some);
      some = [];
    }
    if (some.length > 0) await target.take(some);
    const { destroyed, keys, missing } = await compare(keysIn(records()), target);
    if (missing > 0) throw new Error(`${missing} keys could not be read back as they are in the file`);
    return { keys, destroyed };
  } finally {
    await target.close();
  }
}

function requireOwn(file: string, wrapping: KeyWrapping, { subject, wrapped }: WrappedKey): void {
  try {
    if (wrapped !== null) wrapping.unwrap(subject, wrapped);
  } catch (failure) {
    if (!(failure instanceof SealBroken)) throw failure;
    throw new UnusableExport(file, 'holds keys that are not wrapped under its root key');
  }
}

function rootKeyIn(file: string, summary: object): Uint8Array {
  const { data, success } = ROOT_KEY.safeParse(summary);
  if (!success) throw new UnusableExport(file, 'was written by another release: it holds no root key');
  return new Uint8Array(Buffer.from(data.rootKey, 'base64'));
}

type Keys = AsyncGenerator<WrappedKey, void, undefined>;

async function* keysIn(records: AsyncIterable<object>): Keys {
  for await (const record of records) yield keyIn(record);
}

function keyIn(record: object): WrappedKey {
  const { data, success } = LINE.safeParse(record);
  if (!success) throw new Error('a line of the export is no key');
  const subject = as<SubjectId>(data.subject);
  return 'wrapped' in data
    ? { subject, wrapped: new Uint8Array(Buffer.from(data.wrapped, 'base64')), destroyedAt: null }
    : { subject, wrapped: null, destroyedAt: data.destroyedAt };
}

/**
 * Walks through both side by side, for both are in one order. `missing`: what is not there, or not destroyed yet.
 * @throws KeyringInUse
 */
async function compare(exported: Keys, target: KeySource) {
  let [keys, destroyed, missing] = [0, 0, 0];
  const there = target.wrapped()[Symbol.asyncIterator]();
  let next = await there.next();
  for await (const key of exported) {
    if (next.done !== true && bySubject(next.value, key) < 0) throw new KeyringInUse();
    if (next.done === true || bySubject(next.value, key) > 0) {
      missing += 1;
      continue;
    }
    const { wrapped } = next.value;
    if (wrapped !== null && key.wrapped === null) missing += 1;
    else if (wrapped !== null && key.wrapped !== null && Buffer.compare(wrapped, key.wrapped) !== 0)
      throw new KeyringInUse();
    keys += 1;
    if (wrapped === null) destroyed += 1;
    next = await there.next();
  }
  if (next.done !== true) throw new KeyringInUse();
  return { keys, destroyed, missing };
}
