import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { NODE_OPTIONS } from '../../src/node-options.js';

const REBUILD = fileURLToPath(new URL('./rebuild-process.js', import.meta.url));
const run = promisify(execFile);

export interface Rebuilt {
  readonly name: string;
  readonly events: number;
  readonly seconds: number;
  /** User and system, of all threads. */
  readonly cpuSeconds: number;
}

/** Every projection by itself, one after the other, each in a process and a file of its own. */
export async function* rebuildEach(folder: string): AsyncGenerator<Rebuilt, void> {
  for (const { name } of PROJECTIONS) {
    const file = join(folder, 'rebuilt.sqlite');
    try {
      const { stdout } = await run(process.execPath, [...NODE_OPTIONS, REBUILD, folder, file, name]);
      yield { name, ...(JSON.parse(stdout) as Omit<Rebuilt, 'name'>) };
    } finally {
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    }
  }
}
