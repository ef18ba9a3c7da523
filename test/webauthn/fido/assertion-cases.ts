import { judgeSignCount } from '../../../src/domain/policy/sign-count.js';
import type { AssertionAttempt } from '../../support/software-authenticator-attempts.js';
import { attemptAssertion, replacing } from '../../support/software-authenticator-attempts.js';
import type { Cbor } from '../../support/software-authenticator-cbor.js';
import { generatePrivateKey } from '../../support/software-authenticator-keys.js';
import type { AuthenticationResponse } from '../../support/software-authenticator-responses.js';
import type { FidoSuite } from './case.js';
import { numbered, verdictOf } from './case.js';
import { clientDataCases } from './client-data-cases.js';

const SUITE = 'Server-ServerAuthenticatorAssertionResponse-Resp-';

const answer = (attempt: AssertionAttempt): string => verdictOf(attemptAssertion(attempt));
const made = (what: string, attempt: AssertionAttempt, expected: string) => ({
  what,
  expected,
  run: () => answer(attempt),
});
const sent = (what: string, tamper: (response: AuthenticationResponse) => unknown) =>
  made(what, { tamper }, 'malformed');
const without =
  (member: string) =>
  (response: object): object =>
    Object.fromEntries(Object.entries(response).filter(([name]) => name !== member));

const UV = 'user verification is required in every ceremony';
const UP = 'the user must be present in every ceremony (WebAuthn §7.2)';

export const ASSERTION_SUITES: readonly FidoSuite[] = [
  {
    id: `${SUITE}1`,
    topic: 'the answer to an authentication as JSON',
    cases: [
      { id: 'P-1', ...made('a good one', {}, 'ok') },
      ...numbered('F', [
        sent('no id', without('id')),
        sent('an id that is a number', (response) => ({ ...response, id: 7 })),
        sent('an id that is no base64url', (response) => ({ ...response, id: '+/=', rawId: '+/=' })),
        sent('no type', without('type')),
        sent('a type that is a number', (response) => ({ ...response, type: 7 })),
        sent('another type', (response) => ({ ...response, type: 'password' })),
        sent('no response', without('response')),
        sent('a response that is a text', (response) => ({ ...response, response: 'none' })),
        sent('no client data', replacing('clientDataJSON', undefined)),
        sent('client data that is a number', replacing('clientDataJSON', 7)),
        sent('empty client data', replacing('clientDataJSON', '')),
        sent('no authenticator data', replacing('authenticatorData', undefined)),
        sent('authenticator data that is a number', replacing('authenticatorData', 7)),
        sent('authenticator data that is no base64url', replacing('authenticatorData', '+/=')),
        sent('empty authenticator data', replacing('authenticatorData', '')),
        sent('no signature', replacing('signature', undefined)),
        sent('a signature that is a number', replacing('signature', 7)),
        sent('a signature that is no base64url', replacing('signature', '+/=')),
        sent('an empty signature', replacing('signature', '')),
        made(
          'a signature by another key',
          { say: { signWith: generatePrivateKey(-7) } },
          'signature-invalid',
        ),
        sent('a user handle that is a number', replacing('userHandle', 7)),
      ]),
    ],
  },
  {
    id: `${SUITE}2`,
    topic: 'client data of an authentication',
    cases: clientDataCases('webauthn.get', 'webauthn.create', (members) =>
      answer({ say: { clientData: members } }),
    ),
  },
  {
    id: `${SUITE}3`,
    topic: 'authenticator data of an authentication',
    cases: [
      ...numbered('P', [
        made('a counter that stays 0', { say: { signCount: 0 } }, 'ok'),
        {
          ...made(
            'user verified and not present, verification required',
            { say: { userPresent: false } },
            'user-not-present',
          ),
          stricter: UP,
        },
        made('user verified and present, verification required', {}, 'ok'),
        {
          ...made(
            'neither, verification preferred',
            { say: { userPresent: false, userVerified: false } },
            'user-not-present',
          ),
          stricter: UP,
        },
        {
          ...made(
            'user present, verification discouraged',
            { say: { userVerified: false } },
            'user-not-verified',
          ),
          stricter: UV,
        },
        {
          ...made(
            'user verified, verification discouraged',
            { say: { userPresent: false } },
            'user-not-present',
          ),
          stricter: UP,
        },
        {
          ...made(
            'neither, verification discouraged',
            { say: { userPresent: false, userVerified: false } },
            'user-not-present',
          ),
          stricter: UP,
        },
        made('extension data', { say: { extensions: new Map<string, Cbor>([['credProtect', 2]]) } }, 'ok'),
      ]),
      ...numbered('F', [
        made(
          'bytes behind the end',
          { say: { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.alloc(3)]) } },
          'malformed',
        ),
        made('another RP ID', { say: { rpId: 'evil.example' } }, 'rp-id-mismatch'),
        {
          what: 'a signature over other client data',
          expected: 'signature-invalid',
          run: () =>
            answer({
              tamper: (response) => {
                const { clientDataJSON } = response.response;
                const spaced = `${Buffer.from(clientDataJSON, 'base64url').toString()} `;
                return replacing('clientDataJSON', Buffer.from(spaced).toString('base64url'))(response);
              },
            }),
        },
        {
          what: 'a counter that did not grow, of a passkey bound to its device',
          expected: 'suspended',
          run: () => judgeSignCount({ signCount: 7, backupEligible: false }, 7, 'suspended'),
        },
        made(
          'user present only, verification required',
          { say: { userVerified: false } },
          'user-not-verified',
        ),
      ]),
    ],
  },
];
