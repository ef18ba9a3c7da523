import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { givenVariables } from '../infrastructure/config/given-variables.js';
import { FILES } from '../infrastructure/embedded-tier.js';
import { KeyMaterial } from '../infrastructure/keys/key-material.js';
import { loadOrCreateMasterKey, parseMasterKey } from '../infrastructure/keys/master-key.js';

/** Where the service keeps what these commands work on. They may run while it does. */
export const DATA_FOLDER = [
  '--data <folder>',
  'the data folder',
  givenVariables(process.env)['LATCHKEY_DATA'] ?? './data',
] as const;

export function fileIn(folder: string, name: keyof typeof FILES): string {
  return join(resolve(folder), FILES[name]);
}

/** @throws where the folder is not one that a service has started in: a typing mistake would make an empty one */
export function existingFileIn(folder: string, name: keyof typeof FILES): string {
  const file = fileIn(folder, name);
  if (existsSync(file)) return file;
  throw new Error(
    `${resolve(folder)} is no data folder of Latchkey: start the service there once, or name it with --data`,
  );
}

/** The folder's master key: LATCHKEY_MASTER_KEY or LATCHKEY_MASTER_KEY_FILE where set, as for the service. */
export function keyMaterial(folder: string): KeyMaterial {
  const { LATCHKEY_MASTER_KEY: text, LATCHKEY_MASTER_KEY_FILE: file } = givenVariables(process.env);
  if (text !== undefined) return new KeyMaterial(parseMasterKey(text, 'LATCHKEY_MASTER_KEY'));
  if (file !== undefined) return new KeyMaterial(parseMasterKey(readFileSync(file, 'utf8'), file));
  return new KeyMaterial(loadOrCreateMasterKey(existingFileIn(folder, 'masterKey')));
}
