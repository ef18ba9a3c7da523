import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { parseDocument } from 'yaml';
import { loadPolicies, PolicyFilesInvalid } from '../../src/infrastructure/config/policy-files.js';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A change to a policy file: the value at a path, or `undefined` to take it out. */
export type Change = readonly [path: readonly (string | number)[], value: unknown];

/** A folder of its own with a shipped policy in it, changed so. */
export function changedPolicy(slug: string, changes: readonly Change[], fileName = `${slug}.yaml`): string {
  const document = parseDocument(readFileSync(join('config/relying-parties', `${slug}.yaml`), 'utf8'));
  for (const [path, value] of changes) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return folderOf({ [fileName]: document.toString() });
}

export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** What loading complains of; nothing where it doesn't. */
export function problemsOf(folder: string): readonly string[] {
  try {
    loadPolicies(folder);
    return [];
  } catch (error) {
    if (error instanceof PolicyFilesInvalid) return error.problems;
    throw error;
  }
}
