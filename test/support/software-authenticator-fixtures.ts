import { randomBytes } from 'node:crypto';
import type {
  CreationRequest,
  ExpectedAssertion,
  ExpectedRegistration,
} from '../../src/application/ports/webauthn.js';
import { as, type UserHandle } from '../../src/domain/kernel/ids.js';
import type { SoftwareAuthenticator, SoftwareCredential } from './software-authenticator.js';

/** One relying party and one account of it, for specs that need no more. */
export const RP_ID = 'wallet.example';
export const ORIGIN = 'https://wallet.example';
export const ANDROID_ORIGIN = 'android:apk-key-hash:1tGhE3hJFPfWDCdwgMrjVaWJgv74V8LiT1B_Bvsl48Q';
export const ORIGINS = [ORIGIN, 'https://app.wallet.example', ANDROID_ORIGIN];
export const USER_HANDLE: UserHandle = as(Buffer.alloc(64, 7).toString('base64url'));
export const OTHER_USER_HANDLE: UserHandle = as(Buffer.alloc(64, 8).toString('base64url'));
export const TIMEOUT = 300_000;

export function newChallenge(): string {
  return randomBytes(32).toString('base64url');
}

export function creationRequest(changes: Partial<CreationRequest> = {}): CreationRequest {
  return {
    rp: { id: RP_ID, name: 'Wallet' },
    user: { handle: USER_HANDLE, name: 'ada@example.com', displayName: 'Ada' },
    exclude: [],
    storage: null,
    attestation: 'none',
    challenge: newChallenge(),
    timeout: TIMEOUT,
    ...changes,
  };
}

export function expectedRegistration(
  challenge: string,
  changes: Partial<ExpectedRegistration> = {},
): ExpectedRegistration {
  return { challenge, rpId: RP_ID, origins: ORIGINS, algorithms: [-8, -7, -257], ...changes };
}

/** What the account's record of this passkey expects of an answer. */
export function expectedAssertion(
  challenge: string,
  credential: SoftwareCredential,
  changes: Partial<ExpectedAssertion> = {},
): ExpectedAssertion {
  return {
    challenge,
    rpId: RP_ID,
    origins: ORIGINS,
    userHandle: USER_HANDLE,
    accountKnown: false,
    publicKey: credential.publicKey,
    backupEligible: true,
    ...changes,
  };
}

/** Puts a passkey of the account on an authenticator without asking anyone to verify it. */
export function plantPasskey(authenticator: SoftwareAuthenticator): SoftwareCredential {
  const { id } = authenticator.create(
    {
      rp: { id: RP_ID, name: 'Wallet' },
      user: { id: USER_HANDLE, name: 'ada@example.com', displayName: 'Ada' },
      challenge: newChallenge(),
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    },
    { origin: ORIGIN },
  );
  const planted = authenticator.credentials.find(({ credentialId }) => credentialId === id);
  if (planted === undefined) throw new Error('the passkey just made is gone');
  return planted;
}
