import type { FidoCase, FidoSuite } from './case.js';

const because = (notApplicable: string, cases: readonly (readonly [string, string])[]): readonly FidoCase[] =>
  cases.map(([id, what]) => ({ id, what, notApplicable }));

/** What needs parts that this service has none of. */
export const OTHER_SUITES: readonly FidoSuite[] = [
  {
    id: 'Server-ServerAuthenticatorAttestationResponse-Resp-9',
    topic: 'format tpm',
    cases: because(
      'both products ask for no attestation, so no platform sends one; a tpm statement that comes nevertheless is checked by ' +
        '@simplewebauthn/server alone, and counts as untrusted',
      [
        ['P-1', 'a good one with SHA-256'],
        ['P-2', 'a good one with SHA-1'],
        ['P-3', 'a good one whose name is of another hash than its key area states'],
        ['F-1', 'certificates in the wrong order'],
        ['F-2', 'other data than was to be attested'],
        ['F-3', 'a magic number that is none of a TPM'],
        ['F-4', 'another key than the credential’s'],
      ],
    ),
  },
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
