import { z } from 'zod';
import type {
  ApprovalId,
  DeviceId,
  GrantHash,
  PasskeyId,
  SecretHash,
  SessionId,
  StepUpId,
} from '../../domain/kernel/ids.js';
import {
  base64url,
  count,
  device,
  factor,
  id,
  instant,
  members,
  nothing,
  stepUpMethod,
} from './schema-parts.js';

const approvalId = id<ApprovalId>();
const deviceId = id<DeviceId>();
const said = members({ device: device.nullable() });
const grantHash = base64url<GrantHash>().describe('The grant that it used up.');

export const signInEvents = {
  SignedInByFallback: {
    summary: 'Somebody signed in by another way than a passkey.',
    data: members({
      factor,
      grantHash,
      sessionId: id<SessionId>(),
      deviceId: deviceId.nullable().describe('The trusted device that showed its token.'),
    }),
    personal: said,
  },
  SignInApprovalRequested: {
    summary: 'A sign-in was proven on a device that is not trusted: it waits for its approval.',
    data: members({
      approvalId,
      secretHash: base64url<SecretHash>().describe(
        'SHA-256 of what the new device collects the outcome with.',
      ),
      deviceId: deviceId.describe('The id of the device once it is trusted.'),
      sessionId: id<SessionId>(),
      method: stepUpMethod,
      passkeyId: id<PasskeyId>().nullable(),
      grantHash: grantHash.nullable(),
      expiresAt: instant,
    }),
    personal: said,
  },
  SignInNumberMismatched: {
    summary: 'The number typed on the trusted device was not the one that the new device shows.',
    data: members({ approvalId, wrongNumbers: count.describe('Of this sign-in, this one included.') }),
    personal: nothing,
  },
  SignInApproved: {
    summary: 'A sign-in on a new device was approved; the device has yet to collect it.',
    data: members({
      approvalId,
      by: z.enum(['trusted-device', 'recovery']),
      deviceId: deviceId.nullable().describe('The trusted device that approved it.'),
      stepUpId: id<StepUpId>().nullable(),
      collectBy: instant,
    }),
    personal: nothing,
  },
  SignInDenied: {
    summary: 'A sign-in on a new device was denied. For a while none can be asked for.',
    data: members({ approvalId, why: z.enum(['user', 'wrong-numbers']) }),
    personal: nothing,
  },
  SignInApprovalExpired: {
    summary: 'A sign-in on a new device waited too long.',
    data: members({ approvalId }),
    personal: nothing,
  },
  SignInRecoveryStarted: {
    summary: 'A second factor stood in for a trusted device that is lost. It counts after a wait.',
    data: members({
      approvalId,
      factor,
      grantHash,
      approvedFrom: instant.describe('The end of the wait, in which it can be denied.'),
      collectBy: instant,
    }),
    personal: nothing,
  },
  DeviceTrusted: {
    summary: 'A device was given a token by which it is known and trusted.',
    data: members({
      deviceId,
      tokenHash: base64url<SecretHash>().describe('SHA-256 of the device token.'),
      why: z.enum(['first-passkey', 'only-device', 'approved']),
      approvalId: approvalId.nullable().describe('The approved sign-in whose session begins with it.'),
      sessionId: id<SessionId>().nullable(),
    }),
    personal: said,
  },
  DeviceRemoved: {
    summary: 'A device is trusted no more, and what was signed in on it has ended.',
    data: members({
      deviceId,
      why: z.enum(['user', 'replaced', 'reset']),
      endedSessions: z.array(id<SessionId>()),
    }),
    personal: nothing,
  },
};
