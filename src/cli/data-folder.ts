import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { givenVariables } from '../infrastructure/config/given-variables.js';
import { FILES } from '../infrastructure/embedded-tier.js';
import { loadOrCreateMasterKey, parseMasterKey } from '../infrastructure/keys/given-master-key.js';
import { MasterKey } from '../infrastructure/keys/master-key.js';

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

/** As the environment gives it: the key itself by that name, or a file that holds it by the name with _FILE. @throws UnusableMasterKey */
export function givenMasterKey(name: 'LATCHKEY_MASTER_KEY' | 'LATCHKEY_NEW_MASTER_KEY'): Buffer | undefined {
  const { [name]: text, [`${name}_FILE`]: file } = givenVariables(process.env);
  if (text !== undefined) return parseMasterKey(text, name);
  return file === undefined ? undefined : parseMasterKey(readFileSync(file, 'utf8'), file);
}

/** The folder's master key: LATCHKEY_MASTER_KEY or LATCHKEY_MASTER_KEY_FILE where set, as for the service. */
export function masterKeyOf(folder: string): MasterKey {
  return new MasterKey(
    givenMasterKey('LATCHKEY_MASTER_KEY') ?? loadOrCreateMasterKey(existingFileIn(folder, 'masterKey')),
  );
}
