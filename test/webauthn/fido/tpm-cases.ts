import { ANOTHER_KEY } from '../../support/attestation-certificates.js';
import { ES256_KEY } from '../../support/software-authenticator-attempts.js';
import type { TpmFacts } from '../../support/tpm-attestation.js';
import { TPM_HASHES, tpmIdentity, tpmStatement } from '../../support/tpm-attestation.js';
import type { FidoSuite } from './case.js';
import { numbered } from './case.js';
import { register } from './registration-cases.js';

const BY_ES256 = tpmIdentity(-7);
const BY_RS1 = tpmIdentity(-65535);
const INVALID = 'attestation-invalid';

/** A module's attestation of the new key, with what is told otherwise. */
function module(what: string, told: Partial<TpmFacts>, expected: string) {
  const facts = { key: ES256_KEY, identity: BY_ES256, ...told };
  return {
    what,
    expected,
    run: () => register({ say: { format: 'tpm', attest: (signed) => tpmStatement(facts, signed) } }),
  };
}

export const TPM_SUITES: readonly FidoSuite[] = [
  {
    id: 'Server-ServerAuthenticatorAttestationResponse-Resp-9',
    topic: 'format tpm',
    cases: [
      ...numbered('P', [
        module('a good one with SHA-256', {}, 'ok'),
        module('a good one with SHA-1', { identity: BY_RS1 }, 'ok'),
        module(
          'a good one whose name is of another hash than its key area states',
          { publicAreaNames: TPM_HASHES.SHA1 },
          'ok',
        ),
      ]),
      ...numbered('F', [
        module('certificates in the wrong order', { certificates: BY_ES256.chain.toReversed() }, INVALID),
        module('other data than was to be attested', { attested: Buffer.alloc(32, 7) }, INVALID),
        module('a magic number that is none of a TPM', { magic: 0xff544348 }, INVALID),
        module('another key than the credential’s', { key: ANOTHER_KEY }, INVALID),
      ]),
    ],
  },
];
