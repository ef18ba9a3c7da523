import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KEY_BYTES } from './key-material.js';
import { MasterKey } from './master-key.js';

/** The master key can't be used. The message names where it came from, never what it is. */
export class UnusableMasterKey extends Error {
  constructor(source: string, why: string) {
    super(`the master key in ${source} ${why}`);
    this.name = 'UnusableMasterKey';
  }
}

/**
 * @param text 32 bytes in base64 (RFC 4648 §4), as `openssl rand -base64 32` prints them
 * @param source names the setting or file in errors
 * @throws UnusableMasterKey
 */
export function parseMasterKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  // Buffer.from skips what is not base64, so a mangled key would silently be another key.
  if (key.toString('base64') !== trimmed) throw new UnusableMasterKey(source, 'is not base64');
  if (key.byteLength !== KEY_BYTES) {
    throw new UnusableMasterKey(source, `is ${key.byteLength} bytes long, not ${KEY_BYTES}`);
  }
  return key;
}

/**
 * The master key of a development data folder, made at first start. The file is for its owner only (mode 0600).
 * @throws UnusableMasterKey where the file is damaged, or others may read it
 */
export function loadOrCreateMasterKey(file: string): Buffer {
  if (!existsSync(file)) create(file);
  const descriptor = openSync(file, 'r');
  try {
    const { mode } = fstatSync(descriptor);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new UnusableMasterKey(file, 'can be read by other users of this machine: set its mode to 0600');
    }
    return parseMasterKey(readFileSync(descriptor, 'utf8'), file);
  } finally {
    closeSync(descriptor);
  }
}

/** As the settings name it, else the one of the data folder. @throws UnusableMasterKey */
export function masterKeyFor(masterKey: string | undefined, file: string): MasterKey {
  return new MasterKey(
    masterKey === undefined ? loadOrCreateMasterKey(file) : parseMasterKey(masterKey, 'LATCHKEY_MASTER_KEY'),
  );
}

/** Puts another key into a development data folder. The file holds the one or the other, and never less. */
export function replaceMasterKey(file: string, key: Uint8Array): void {
  const next = `${file}.next`;
  rmSync(next, { force: true });
  write(next, key);
  renameSync(next, file);
}

/** Of two first starts at once one fails here, for a key once written is never written over. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  write(file, randomBytes(KEY_BYTES));
}

function write(file: string, key: Uint8Array): void {
  const text = `${Buffer.from(key).toString('base64')}\n`;
  writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true });
}
