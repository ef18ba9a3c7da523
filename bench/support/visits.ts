import type { Identifiers } from '../../src/application/ports/identifiers.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { DeviceId, PasskeyId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { Device } from '../../src/domain/policy/device.js';

/** An account as far as its next events depend on what it did before. */
export interface Visited {
  readonly accountId: string;
  passkeyId: PasskeyId;
  readonly deviceId: DeviceId;
  readonly identifiers: Identifiers;
}

const MINUTE = 60_000;
const PHONE: Device = {
  platform: 'ios',
  osVersion: '18.1',
  appVersion: '1.5.2',
  appKind: 'mobile',
  model: 'iPhone16,1',
  screenLock: true,
  biometrics: ['face'],
  passwordsApp: true,
};

export function enrolment(account: Visited, at: number): readonly AccountEvent[] {
  const { accountId, deviceId, identifiers } = account;
  return [
    {
      type: 'AccountEnrolled',
      at,
      data: { userHandle: identifiers.userHandle(), factors: ['sms'] },
      personal: {
        accountId: as(accountId),
        displayName: `Name of ${accountId}`,
        contacts: { phone: '+8618590000000' },
        identifiers: [],
      },
    },
    codeEntered(account, at, 'bind-passkey'),
    registered(account, at),
    {
      type: 'DeviceTrusted',
      at,
      data: {
        deviceId,
        tokenHash: as(identifiers.secret()),
        why: 'first-passkey',
        approvalId: null,
        sessionId: null,
      },
      personal: { device: PHONE },
    },
  ];
}

/** What somebody does who comes by: mostly a sign-in. */
export function visit(account: Visited, at: number): readonly AccountEvent[] {
  const { identifiers, passkeyId } = account;
  const chance = Math.random();
  if (chance < 0.62) return [used(account, at, 'sign-in')];
  if (chance < 0.84) return approved(account, at);
  if (chance < 0.88) return [codeMistyped(account, at)];
  if (chance < 0.92) {
    return [
      {
        type: 'PasskeyVerificationFailed',
        at,
        data: { passkeyId, purpose: 'sign-in', reason: 'challenge-mismatch' },
        personal: {},
      },
    ];
  }
  if (chance < 0.96) {
    return [
      codeEntered(account, at, 'sign-in'),
      {
        type: 'SignedInByFallback',
        at,
        data: {
          factor: 'sms',
          grantHash: as(identifiers.secret()),
          sessionId: as(identifiers.randomId()),
          deviceId: account.deviceId,
        },
        personal: { device: PHONE },
      },
    ];
  }
  if (chance < 0.98) {
    return [
      {
        type: 'PasskeyRenamed',
        at,
        data: { passkeyId },
        personal: { name: `Phone at ${at}`, previousName: 'iPhone' },
      },
    ];
  }
  if (chance < 0.99) {
    return [
      {
        type: 'AccountDetailsChanged',
        at,
        data: {},
        personal: { displayName: `Name since ${at}`, identifiers: [] },
      },
    ];
  }
  account.passkeyId = as(identifiers.randomId());
  return [
    { type: 'PasskeyRemoved', at, data: { passkeyId, why: 'user' }, personal: {} },
    codeEntered(account, at, 'bind-passkey'),
    registered(account, at),
  ];
}

function used(
  { deviceId, identifiers, passkeyId }: Visited,
  at: number,
  purpose: 'sign-in' | 'step-up',
): AccountEvent {
  return {
    type: 'PasskeyUsed',
    at,
    data: {
      passkeyId,
      ceremonyId: as(identifiers.commandId()),
      ceremonyExpiresAt: at + 5 * MINUTE,
      purpose,
      signCount: 0,
      backedUp: true,
      sessionId: purpose === 'sign-in' ? as(identifiers.randomId()) : null,
      deviceId,
    },
    personal: { device: PHONE },
  };
}

function approved(account: Visited, at: number): readonly AccountEvent[] {
  const { deviceId, identifiers, passkeyId } = account;
  const stepUpId = as<Extract<AccountEvent, { type: 'StepUpConsumed' }>['data']['stepUpId']>(
    identifiers.randomId(),
  );
  const passed: AccountEvent = {
    type: 'StepUpPassed',
    at,
    data: {
      stepUpId,
      ceremonyId: as(identifiers.commandId()),
      action: Math.random() < 0.5 ? 'internal-transfer' : 'card-reveal',
      transactionDigest: identifiers.secret(),
      methods: ['passkey'],
      passkeyId,
      grantHash: null,
      singleUse: true,
      expiresAt: at + 5 * MINUTE,
      deviceId,
    },
    personal: {},
  };
  return [
    used(account, at, 'step-up'),
    passed,
    { type: 'StepUpConsumed', at: at + 2_000, data: { stepUpId }, personal: {} },
  ];
}

function codeEntered(
  { identifiers }: Visited,
  at: number,
  purpose: 'bind-passkey' | 'sign-in',
): AccountEvent {
  return {
    type: 'SecurityCheckPassed',
    at,
    data: {
      checkId: as(identifiers.randomId()),
      factor: 'sms',
      purpose,
      stepUpId: null,
      grantHash: as(identifiers.secret()),
      grantExpiresAt: at + 10 * MINUTE,
      checkExpiresAt: at + 5 * MINUTE,
      totpStep: null,
      on: 'code',
    },
    personal: {},
  };
}

function codeMistyped({ identifiers }: Visited, at: number): AccountEvent {
  return {
    type: 'SecurityCheckFailed',
    at,
    data: {
      checkId: as(identifiers.randomId()),
      factor: 'sms',
      purpose: 'sign-in',
      stepUpId: null,
      checkExpiresAt: at + 5 * MINUTE,
      wrongGuesses: 1,
      failuresInWindow: 1,
      on: 'code',
    },
    personal: {},
  };
}

function registered({ identifiers, passkeyId }: Visited, at: number): AccountEvent {
  return {
    type: 'PasskeyRegistered',
    at,
    data: {
      passkeyId,
      credentialId: as(identifiers.secret()),
      publicKey: `${identifiers.secret()}${identifiers.secret()}`,
      algorithm: -7,
      signCount: 0,
      aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
      transports: ['hybrid', 'internal'],
      backupEligible: true,
      backedUp: true,
      userVerified: true,
      attestation: { format: 'none', trust: 'none' },
      capabilities: ['cross-device', 'scan', 'face'],
      grantHash: as(identifiers.secret()),
      resetId: null,
      vouchedBy: null,
      ceremonyId: as(identifiers.commandId()),
      entryPoint: Math.random() < 0.5 ? 'wallet-onboarding' : 'security-center',
      sensitiveActionsFrom: at,
    },
    personal: { name: 'iPhone 15 Pro', device: PHONE },
  };
}
