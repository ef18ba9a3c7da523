import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { REJECTIONS } from '../../src/domain/kernel/rejection.js';
import { EDGE_REJECTIONS } from '../../src/infrastructure/rest/problem.js';
import { renderErrors } from '../../src/infrastructure/rest/reference/errors-reference.js';
import { renderScopes } from '../../src/infrastructure/rest/reference/scopes-reference.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WRITE = 'dist/infrastructure/rest/reference/write-references.js';
const DOCUMENTS = [
  'compliance-reports.md',
  'errors.md',
  'event-catalogue.md',
  'grpc-parity.md',
  'openapi.json',
  'scopes.md',
];

const folder = temporaryFolder();
beforeAll(() => promisify(execFile)(process.execPath, [WRITE, folder]));

describe('the generated documents', () => {
  it('are these', () => {
    expect(readdirSync(join(folder, 'docs')).toSorted()).toStrictEqual(DOCUMENTS);
  });

  it.each(DOCUMENTS)('have docs/%s as the built code gives it (else: npm run docs)', (name) => {
    expect(readFileSync(join('docs', name), 'utf8')).toBe(readFileSync(join(folder, 'docs', name), 'utf8'));
  });
});

describe('the reference of errors', () => {
  it('lists every code there is, once', () => {
    const listed = [...renderErrors().matchAll(/^\| <a id="(?<code>[^"]+)">/gmu)];
    const codes = [...Object.keys(REJECTIONS), ...Object.keys(EDGE_REJECTIONS)];

    expect(listed.map(({ groups }) => groups?.['code'])).toStrictEqual(codes.toSorted());
  });
});

describe('the reference of scopes', () => {
  it('says of a call what key it needs and whether the page makes it', () => {
    const document = documentOf({
      summary: 'Lists the keys | all of them.',
      'x-scope': 'admin',
      security: [{ apiKey: [] }, { page: [] }],
    });

    expect(renderScopes(document)).toContain(
      '\n| `GET /v1/{rp}/keys` | `admin` | page | Lists the keys \\| all of them. |\n',
    );
  });

  it('is refused where a call has no scope, for any key could make it', () => {
    const document = documentOf({ summary: 'Lists the keys.', security: [{ apiKey: [] }] });

    expect(() => renderScopes(document)).toThrow('x-scope');
  });
});

function documentOf(operation: Readonly<Record<string, unknown>>): OpenAPIObject {
  return {
    openapi: '3.0.0',
    info: { title: 'Keys', version: '1' },
    paths: { '/v1/{rp}/keys': { get: { responses: {}, ...operation } } },
  };
}
