import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { FolderInUse, acquireFolderLock } from '../../src/infrastructure/sqlite/folder-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Takes the lock, keeps no reference to it, collects garbage, and stays. */
const OWNER = `
  require('./folder-lock.cjs').acquireFolderLock(process.argv[2]);
  let collections = 0;
  setInterval(() => {
    globalThis.gc();
    if (++collections === 5) process.stdout.write('held');
  }, 1);
`;

/** Another process that owns the folder. */
async function startOwner(folder: string) {
  const program = temporaryFolder();
  const source = readFileSync(join('src', 'infrastructure', 'sqlite', 'folder-lock.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(program, 'folder-lock.cjs'), outputText);
  writeFileSync(join(program, 'owner.cjs'), OWNER);
  const owner = spawn(process.execPath, ['--expose-gc', join(program, 'owner.cjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
  });
  await once(owner.stdout, 'data');
  return owner;
}

describe('acquireFolderLock', () => {
  it('makes the folder where there is none, for its owner only', () => {
    const folder = join(temporaryFolder(), 'made', 'data');
    acquireFolderLock(folder).release();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('keeps the folder for one owner until that one releases it', () => {
    const folder = temporaryFolder();
    const lock = acquireFolderLock(folder);
    expect(() => acquireFolderLock(folder)).toThrow(new FolderInUse(folder));
    lock.release();
    const next = acquireFolderLock(folder);
    lock.release();
    expect(() => acquireFolderLock(folder)).toThrow(new FolderInUse(folder));
    next.release();
  });

  it('tells what is wrong where the folder can’t be locked for another reason', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => acquireFolderLock(file)).toThrow('EEXIST');
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), 'no database at all');
    expect(() => acquireFolderLock(folder)).toThrow('file is not a database');
  });

  it('keeps other processes out, and is free the moment its owner is killed', async () => {
    const folder = temporaryFolder();
    const owner = await startOwner(folder);
    try {
      expect(() => acquireFolderLock(folder)).toThrow(new FolderInUse(folder));
    } finally {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    }
    expect(owner.signalCode).toBe('SIGKILL');
    acquireFolderLock(folder).release();
  });
});
