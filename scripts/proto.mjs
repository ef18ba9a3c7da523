import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpFor, run } from './install.mjs';

helpFor(`npm run proto

Lints and formats proto/ and writes proto/descriptors.binpb, which the service serves from.

npm run check:proto changes nothing: it fails where any of that is left to do, or where a client of the main branch's
API would break.
`);

const DESCRIPTORS = 'proto/descriptors.binpb';
const folder = mkdtempSync(join(tmpdir(), 'latchkey-proto-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const buf = (...args) => run('npx', ['buf', ...args]);
buf('lint');
if (process.argv.includes('--check')) {
  buf('format', '--diff', '--exit-code');
  const built = join(folder, 'built.binpb');
  buf('build', '--exclude-source-info', '-o', built);
  if (!readFileSync(built).equals(readFileSync(DESCRIPTORS))) {
    fail(`${DESCRIPTORS} is not of proto/ as it stands: npm run proto`);
  }
  checkAgainstMain(built);
} else {
  buf('format', '--write');
  buf('build', '--exclude-source-info', '-o', DESCRIPTORS);
}

/** A checkout without history has nothing to be compared with; the pipeline's has. */
function checkAgainstMain(built) {
  for (const branch of ['main', 'origin/main']) {
    const { status, stdout } = spawnSync('git', ['show', `${branch}:${DESCRIPTORS}`], {
      maxBuffer: 1 << 24,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (status !== 0) continue;
    const published = join(folder, 'main.binpb');
    writeFileSync(published, stdout);
    buf('breaking', built, '--against', published);
    return;
  }
  process.stdout.write('no main branch to compare the API with\n');
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
