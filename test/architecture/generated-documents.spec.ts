import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describe, expect, it } from '@jest/globals';
import { REJECTIONS } from '../../src/domain/kernel/rejection.js';
import { EDGE_REJECTIONS } from '../../src/infrastructure/rest/problem.js';
import { restReferences } from '../../src/infrastructure/rest/reference/references.js';
import { renderScopes } from '../../src/infrastructure/rest/reference/scopes-reference.js';

const references = await restReferences();

describe('the generated documents', () => {
  it('are the three of the REST API', () => {
    expect(references.map(({ file }) => file)).toStrictEqual([
      'docs/openapi.json',
      'docs/errors.md',
      'docs/scopes.md',
    ]);
  });

  it.each(references)('$file is what the code gives (else: npm run docs)', ({ file, text }) => {
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(text);
  });

  it('are the same however often they are made', async () => {
    expect(await restReferences()).toStrictEqual(references);
  });

  it('list every code there is once', () => {
    const listed = [...textOf('docs/errors.md').matchAll(/^\| <a id="(?<code>[^"]+)">/gmu)];
    const codes = [...Object.keys(REJECTIONS), ...Object.keys(EDGE_REJECTIONS)];

    expect(listed.map(({ groups }) => groups?.['code'])).toStrictEqual(codes.toSorted());
  });

  it('refuse a call that any key could make', () => {
    const document = JSON.parse(textOf('docs/openapi.json')) as OpenAPIObject;
    const operation = { summary: 'Gives away the keys.', security: [{ apiKey: [] }], responses: {} };
    const open = { ...document, paths: { ...document.paths, '/v1/{rp}/keys': { get: operation } } };

    expect(() => renderScopes(open)).toThrow('x-scope');
  });
});

function textOf(name: string): string {
  return references.find(({ file }) => file === name)?.text ?? '';
}
