import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpFor, run } from './install.mjs';

helpFor(`npm run proto

Lints and formats proto/ and writes proto/descriptors.binpb, which the service serves from, and the messages of the
Node client, clients/node/src/generated.

npm run check:proto changes nothing: it fails where any of that is left to do, or where a client of the main branch's
API would break.
`);

const DESCRIPTORS = 'proto/descriptors.binpb';
const STUBS = 'clients/node/src/generated';
const folder = mkdtempSync(join(tmpdir(), 'latchkey-proto-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const buf = (...args) => run('node', ['node_modules/@bufbuild/buf/bin/buf', ...args]);
buf('lint');
if (process.argv.includes('--check')) {
  buf('format', '--diff', '--exit-code');
  const built = join(folder, 'built.binpb');
  buf('build', '--exclude-source-info', '-o', built);
  checkAgainstMain(built);
  if (!readFileSync(built).equals(readFileSync(DESCRIPTORS))) {
    fail(`${DESCRIPTORS} is not of proto/ as it stands: npm run proto`);
  }
  generateStubs(folder);
  const [made, kept] = [join(folder, STUBS), STUBS].map(filesOf);
  if (JSON.stringify(made) !== JSON.stringify(kept)) {
    fail(`${STUBS} is not of proto/ as it stands: npm run proto`);
  }
} else {
  buf('format', '--write');
  buf('build', '--exclude-source-info', '-o', DESCRIPTORS);
  generateStubs('.');
}

/** Enums are the words of the REST API, so that what a page says of its device goes through a backend as it is. */
function generateStubs(root) {
  buf('generate', '-o', root);
  const stubs = join(root, STUBS);
  rmSync(join(stubs, 'latchkey/v1/rest.ts'));
  for (const [name, text] of filesOf(stubs)) {
    const inWords = text.replaceAll(/^ {2}(?<key>[A-Z][A-Z0-9_]*): "[A-Z0-9_]+",$/gmu, (_line, key) => {
      return `  ${key}: "${key.toLowerCase().replaceAll('_', '-')}",`;
    });
    writeFileSync(join(stubs, name), inWords);
  }
}

function filesOf(root) {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]);
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
