import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ASSERTION_SUITES } from './fido/assertion-cases.js';
import { OPTION_SUITES } from './fido/option-cases.js';
import { OTHER_SUITES } from './fido/other-cases.js';
import { PACKED_SUITES } from './fido/packed-cases.js';
import { REGISTRATION_SUITES } from './fido/registration-cases.js';
import { renderConformance } from './fido/render.js';
import { TPM_SUITES } from './fido/tpm-cases.js';

const SUITES = [
  ...OPTION_SUITES,
  ...REGISTRATION_SUITES,
  ...PACKED_SUITES,
  ...TPM_SUITES,
  ...ASSERTION_SUITES,
  ...OTHER_SUITES,
].toSorted((left, right) => (left.id < right.id ? -1 : 1));

/** How many cases of each kind the tool has. */
const KNOWN: Readonly<Record<string, readonly [good: number, broken: number]>> = {
  'MDS Server-ServerAuthenticatorAttestationResponse-Resp-1': [1, 6],
  'Server-ServerAuthenticatorAssertionResponse-Resp-1': [1, 21],
  'Server-ServerAuthenticatorAssertionResponse-Resp-2': [0, 17],
  'Server-ServerAuthenticatorAssertionResponse-Resp-3': [8, 5],
  'Server-ServerAuthenticatorAttestationResponse-Resp-1': [1, 14],
  'Server-ServerAuthenticatorAttestationResponse-Resp-2': [0, 17],
  'Server-ServerAuthenticatorAttestationResponse-Resp-3': [1, 19],
  'Server-ServerAuthenticatorAttestationResponse-Resp-4': [12, 0],
  'Server-ServerAuthenticatorAttestationResponse-Resp-5': [2, 14],
  'Server-ServerAuthenticatorAttestationResponse-Resp-6': [1, 3],
  'Server-ServerAuthenticatorAttestationResponse-Resp-7': [2, 1],
  'Server-ServerAuthenticatorAttestationResponse-Resp-8': [1, 2],
  'Server-ServerAuthenticatorAttestationResponse-Resp-9': [3, 4],
  'Server-ServerAuthenticatorAttestationResponse-Resp-A': [1, 3],
  'Server-ServerAuthenticatorAttestationResponse-Resp-B': [1, 7],
  'Server-ServerPublicKeyCredentialCreationOptions-Req-1': [3, 0],
  'Server-ServerPublicKeyCredentialGetOptionsResponse-Req-1': [2, 0],
};
const FILE = new URL('../../docs/fido-conformance.md', import.meta.url);

beforeAll(() => {
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(FILE, renderConformance(SUITES));
});

describe('FIDO’s server cases', () => {
  it('are all there, each once', () => {
    const ids = (prefix: string, count: number) =>
      Array.from({ length: count }, (_each, index) => `${prefix}-${index + 1}`);
    const expected = Object.entries(KNOWN).flatMap(([suite, [good, broken]]) =>
      [...ids('P', good), ...ids('F', broken)].map((id) => `${suite} ${id}`),
    );
    const found = SUITES.flatMap(({ id, cases }) => cases.map((each) => `${id} ${each.id}`));
    expect(found.toSorted()).toStrictEqual(expected.toSorted());
    expect(found).toHaveLength(173);
  });

  it('stand in docs/fido-conformance.md as they are here (else: UPDATE_GENERATED=1)', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(renderConformance(SUITES));
  });
});

describe.each(SUITES)('$id', ({ cases }) => {
  const runnable = cases.flatMap((each) => ('run' in each ? [each] : []));
  if (runnable.length === 0) return;

  it.each(runnable)('$id: $what: $expected', async ({ expected, run }) => {
    expect(await run()).toBe(expected);
  });
});
