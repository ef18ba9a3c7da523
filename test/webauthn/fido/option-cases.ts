import { randomBytes } from 'node:crypto';
import { as } from '../../../src/domain/kernel/ids.js';
import { Sealer } from '../../../src/infrastructure/keys/sealer.js';
import { CachedKeyAssertionVerifier } from '../../../src/infrastructure/webauthn/assertion-verifier.js';
import { SimpleWebAuthnRegistrationVerifier } from '../../../src/infrastructure/webauthn/registration-verifier.js';
import { SealedCeremonies } from '../../../src/infrastructure/webauthn/sealed-ceremonies.js';
import { creationRequest, RP_ID, TIMEOUT } from '../../support/software-authenticator-fixtures.js';
import type { FidoSuite } from './case.js';

const ceremonies = new SealedCeremonies(new Sealer(randomBytes(32)));
const registrations = new SimpleWebAuthnRegistrationVerifier();
const assertions = new CachedKeyAssertionVerifier();
const BASE64URL = /^[\w-]+$/;
const bytes = (text: string): number => (BASE64URL.test(text) ? Buffer.from(text, 'base64url').length : -1);
const allHold = (...facts: readonly boolean[]): string =>
  facts.every(Boolean) ? 'ok' : JSON.stringify(facts);
const differ = (): string => allHold(ceremonies.newChallenge() !== ceremonies.newChallenge());

export const OPTION_SUITES: readonly FidoSuite[] = [
  {
    id: 'Server-ServerPublicKeyCredentialCreationOptions-Req-1',
    topic: 'the options of a registration',
    cases: [
      {
        id: 'P-1',
        what: 'names, ids, challenge, algorithms and time-out of the right kinds and sizes',
        expected: 'ok',
        run: async () => {
          const challenge = ceremonies.newChallenge();
          const options = await registrations.creationOptions(creationRequest({ challenge }));
          const userId = bytes(options.user.id);
          return allHold(
            options.user.name !== '' && options.user.displayName !== '',
            userId > 0 && userId <= 64,
            options.rp.name !== '' && options.rp.id === RP_ID,
            options.challenge === challenge && bytes(challenge) >= 16,
            options.pubKeyCredParams.length > 0,
            options.pubKeyCredParams.every(({ alg, type }) => Number.isInteger(alg) && type === 'public-key'),
            (options.timeout ?? 0) > 0,
          );
        },
      },
      {
        id: 'P-2',
        what: 'attestation none, where the policy says none',
        expected: 'ok',
        run: async () => {
          const { attestation } = await registrations.creationOptions(
            creationRequest({ attestation: 'none' }),
          );
          return allHold(attestation === 'none');
        },
      },
      { id: 'P-3', what: 'another challenge each time', expected: 'ok', run: differ },
    ],
  },
  {
    id: 'Server-ServerPublicKeyCredentialGetOptionsResponse-Req-1',
    topic: 'the options of an authentication',
    cases: [
      {
        id: 'P-1',
        what: 'challenge, time-out, RP ID and the one known credential',
        expected: 'ok',
        run: () => {
          const challenge = ceremonies.newChallenge();
          const allow = [{ credentialId: as<never>('AQID'), transports: ['usb'] as const }];
          const options = assertions.requestOptions({ rpId: RP_ID, challenge, timeout: TIMEOUT, allow });
          return allHold(
            options.challenge === challenge && bytes(challenge) >= 16,
            options.timeout > 0 && options.rpId === RP_ID,
            options.allowCredentials.length === 1 && options.allowCredentials[0]?.id === 'AQID',
          );
        },
      },
      { id: 'P-2', what: 'another challenge each time', expected: 'ok', run: differ },
    ],
  },
];
