import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('docs/requirements.md says which specs show each requirement, and each has one (else: npm run docs)', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/requirements.mjs', '--print']);
  expect(readFileSync('docs/requirements.md', 'utf8')).toBe(stdout);
});
