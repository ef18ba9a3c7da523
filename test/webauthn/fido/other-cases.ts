import type { FidoCase, FidoSuite } from './case.js';

const because = (notApplicable: string, cases: readonly (readonly [string, string])[]): readonly FidoCase[] =>
  cases.map(([id, what]) => ({ id, what, notApplicable }));

/** What needs parts that this service has none of. */
export const OTHER_SUITES: readonly FidoSuite[] = [
  {
    id: 'MDS Server-ServerAuthenticatorAttestationResponse-Resp-1',
    topic: 'the metadata service',
    cases: because('the service fetches no metadata: an attestation counts as untrusted and earns nothing', [
      ['P-1', 'good metadata'],
      ['F-1', 'an entry of another hash'],
      ['F-2', 'an authenticator that was reported as broken'],
      ['F-3', 'a bad signature'],
      ['F-4', 'a bad chain'],
      ['F-5', 'an authority in between that was revoked'],
      ['F-6', 'a signer that was revoked'],
    ]),
  },
];
