import type { ExpectedAssertion, ExpectedRegistration } from '../../src/application/ports/webauthn.js';
import { CachedKeyAssertionVerifier } from '../../src/infrastructure/webauthn/assertion-verifier.js';
import { SimpleWebAuthnRegistrationVerifier } from '../../src/infrastructure/webauthn/registration-verifier.js';
import {
  SoftwareAuthenticator,
  type AuthenticationResponse,
  type AuthenticatorSettings,
  type CreationMisstatements,
  type RegistrationResponse,
  type RequestMisstatements,
} from './software-authenticator.js';
import {
  ORIGIN,
  RP_ID,
  TIMEOUT,
  creationRequest,
  expectedAssertion,
  expectedRegistration,
  newChallenge,
  plantPasskey,
} from './software-authenticator-fixtures.js';
import { generatePrivateKey } from './software-authenticator-keys.js';

/** What registrations attempted here are made with, unless they say otherwise. */
export const ES256_KEY = generatePrivateKey(-7);
export const CREDENTIAL_ID = Buffer.alloc(32, 1);

/** A ceremony in which everything is right but what is said here. */
interface Attempt<Say, Expected, Response> {
  readonly settings?: AuthenticatorSettings;
  readonly say?: Partial<Say>;
  readonly expect?: Partial<Expected>;
  /** What happens to the answer on its way. */
  readonly tamper?: (response: Response) => unknown;
}

export type RegistrationAttempt = Attempt<CreationMisstatements, ExpectedRegistration, RegistrationResponse>;
export type AssertionAttempt = Attempt<RequestMisstatements, ExpectedAssertion, AuthenticationResponse>;

export async function attemptRegistration(attempt: RegistrationAttempt = {}): Promise<unknown> {
  const verifier = new SimpleWebAuthnRegistrationVerifier();
  const options = await verifier.creationOptions(creationRequest());
  const authenticator = new SoftwareAuthenticator({ privateKey: ES256_KEY, ...attempt.settings });
  const say = { origin: ORIGIN, credentialId: CREDENTIAL_ID, ...attempt.say };
  const answer = authenticator.create(options, say);
  const sent = attempt.tamper === undefined ? answer : attempt.tamper(answer);
  return verifier.verify(sent, expectedRegistration(options.challenge, attempt.expect));
}

export function attemptAssertion(attempt: AssertionAttempt = {}): unknown {
  const verifier = new CachedKeyAssertionVerifier();
  const authenticator = new SoftwareAuthenticator(attempt.settings);
  const credential = plantPasskey(authenticator);
  const challenge = newChallenge();
  const options = verifier.requestOptions({ rpId: RP_ID, challenge, timeout: TIMEOUT });
  const answer = authenticator.get(options, { origin: ORIGIN, ...attempt.say });
  const parsed = verifier.parse(attempt.tamper === undefined ? answer : attempt.tamper(answer));
  if (!parsed.ok) return parsed;
  return verifier.verify(parsed.assertion, expectedAssertion(challenge, credential, attempt.expect));
}

/** Puts another value in the place of one member of the response. */
export function replacing(
  member: string,
  value: unknown,
): (answer: { readonly response: object }) => { readonly response: object } {
  return (answer) => ({ ...answer, response: { ...answer.response, [member]: value } });
}
