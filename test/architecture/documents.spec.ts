import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const DOCUMENTS = [
  ...readdirSync('.'),
  'clients/browser/README.md',
  'clients/node/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((file) => file.endsWith('.md'));

describe.each(DOCUMENTS)('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?<target>[^)]+)\)/gu)]
      .map(({ groups }) => groups?.['target']?.split('#', 1)[0] ?? '')
      .filter((target) => target !== '' && !/^https?:/u.test(target));

    expect(links.filter((target) => !existsSync(join(dirname(file), target)))).toStrictEqual([]);
  });

  it('names specs that are there', () => {
    const specs = text.match(/\btest\/[\w/.-]+\.spec\.ts\b/gu) ?? [];

    expect(specs.filter((spec) => !existsSync(spec))).toStrictEqual([]);
  });
});

describe('the threat model', () => {
  it('names a spec that attacks each guard', () => {
    const lines = readFileSync('docs/threat-model.md', 'utf8').split('\n');
    const guards = lines.slice(lines.indexOf('## Guards'), lines.indexOf('## Known limits'));
    const rows = guards.filter((line) => line.startsWith('| ') && !/^\| (?:threat |-)/u.test(line));

    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !row.includes('.spec.ts`'))).toStrictEqual([]);
  });
});
