import type {
  BindingProof,
  CancelReset,
  CheckUnderWay,
  CodeFinding,
  CollectSignIn,
  ConfirmFactor,
  DisputeReset,
  EraseAccount,
  ExpireReset,
  DecideSignInApproval,
  ExpireSignInApproval,
  OfferedProof,
  PassStepUp,
  ProveSecurityCheck,
  RecordLivenessVerdict,
  PutAccount,
  RecoverSignIn,
  RedeemStepUp,
  RegisterPasskey,
  RegistrationFinding,
  RemoveDevice,
  RemovePasskey,
  RenamePasskey,
  RequestReset,
  SignInByFallback,
  SignInWithPasskey,
  StartRegistration,
  StartSecurityCheck,
  StartStepUp,
  Stranger,
  UnlockAccount,
} from '../../src/domain/account/commands.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { Instant } from '../../src/domain/kernel/time.js';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { EMAIL, IPHONE, NOON, PHONE, SECRET } from './account-events.js';

/** Commands that succeed on the past that `account-events.ts` tells, a minute later; told otherwise, they attack. */

export const LATER: Instant = NOON + MINUTE;

type Told<Command> = Partial<Omit<Command, 'type'>>;

export const putAccount = (told: Told<PutAccount>): PutAccount => ({
  type: 'put-account',
  at: LATER,
  accountId: as('ada'),
  userHandle: as('user-handle'),
  proof: { kind: 'none' },
  ...told,
});

export const THE_RELYING_PARTY: OfferedProof = { kind: 'relying-party' };
export const stepUpProof = (stepUpId = 'step-up-1'): OfferedProof => ({
  kind: 'step-up',
  stepUpId: as(stepUpId),
});
export const grantProof = (grant = 'grant-1'): OfferedProof => ({ kind: 'grant', grantHash: as(grant) });

/** Of a code that reached what the account has, unless it is told another value. */
export const check = ({ factor = 'sms', ...told }: Partial<CheckUnderWay> = {}): CheckUnderWay => ({
  checkId: as('check-1'),
  factor,
  purpose: 'bind-passkey',
  stepUpId: null,
  securityEpoch: 0,
  expiresAt: NOON + 10 * MINUTE,
  value: { sms: PHONE, email: EMAIL, totp: SECRET, password: 'never sent' }[factor],
  ...told,
});

export const RIGHT: CodeFinding = { matches: true, totpStep: null };
export const WRONG: CodeFinding = { matches: false, totpStep: null };
export const totpCode = (step: number): CodeFinding => ({ matches: true, totpStep: step });

export const startCheck = (told: Told<StartSecurityCheck> = {}): StartSecurityCheck => ({
  type: 'start-security-check',
  at: LATER,
  factor: 'sms',
  purpose: 'bind-passkey',
  stepUp: null,
  ...told,
});

export const prove = ({
  check: of = {},
  ...told
}: Told<Omit<ProveSecurityCheck, 'check'>> & {
  check?: Partial<CheckUnderWay>;
} = {}): ProveSecurityCheck => ({
  type: 'prove-security-check',
  at: LATER,
  check: check(of),
  finding: RIGHT,
  on: 'code',
  grantHash: as('grant-1'),
  ...told,
});

export const confirm = ({
  check: of = {},
  ...told
}: Told<Omit<ConfirmFactor, 'check'>> & { check?: Partial<CheckUnderWay> } = {}): ConfirmFactor => {
  const factor = told.factor ?? 'sms';
  return {
    type: 'confirm-factor',
    at: LATER,
    factor,
    check: check({ factor, purpose: 'change-factors', ...of }),
    value: PHONE,
    finding: RIGHT,
    ...told,
  };
};

export const unlock = (
  at: Instant = LATER,
  reason: UnlockAccount['reason'] = 'too-many-failures',
): UnlockAccount => ({ type: 'unlock-account', at, reason });

export const erase = (at: Instant = LATER): EraseAccount => ({
  type: 'erase-account',
  at,
  receiptId: as('receipt-1'),
});

export const byGrant = (grant = 'grant-1'): BindingProof => ({ kind: 'grant', grantHash: as(grant) });
export const byReset = (reset = 'reset-1', secret = 'secret-1'): BindingProof => ({
  kind: 'reset',
  resetId: as(reset),
  secretHash: as(secret),
});

export const startRegistration = (told: Told<StartRegistration> = {}): StartRegistration => ({
  type: 'start-registration',
  at: LATER,
  proof: byGrant(),
  device: IPHONE,
  entryPoint: 'security-center',
  language: 'en',
  ...told,
});

export type GoodRegistration = Extract<RegistrationFinding, { ok: true }>;

export const attested = (told: Partial<GoodRegistration> = {}): GoodRegistration => ({
  ok: true,
  credentialId: as('credential-1'),
  publicKey: 'public-key',
  algorithm: -7,
  signCount: 0,
  aaguid: '00000000-0000-0000-0000-000000000000',
  transports: ['internal', 'hybrid'],
  backupEligible: true,
  backedUp: true,
  userVerified: true,
  attestation: { format: 'none', trust: 'none' },
  attachment: 'platform',
  ...told,
});

export const register = (told: Told<RegisterPasskey> = {}): RegisterPasskey => ({
  type: 'register-passkey',
  at: LATER,
  passkeyId: as('passkey-1'),
  ceremonyId: as('ceremony-1'),
  ceremonyEpoch: 0,
  proof: byGrant(),
  vouchedBy: null,
  entryPoint: 'security-center',
  device: IPHONE,
  newDevice: { deviceId: as('device-1'), tokenHash: as('device-token-1') },
  name: 'iPhone',
  finding: attested(),
  ...told,
});

/** A second passkey, by the second grant. */
export const registerSecond = (told: Told<RegisterPasskey> = {}): RegisterPasskey =>
  register({
    passkeyId: as('passkey-2'),
    ceremonyId: as('ceremony-2'),
    proof: byGrant('grant-2'),
    name: 'Pixel',
    finding: attested({ credentialId: as('credential-2') }),
    ...told,
  });

export const rename = (name: string, told: Told<RenamePasskey> = {}): RenamePasskey => ({
  type: 'rename-passkey',
  at: LATER,
  passkeyId: as('passkey-1'),
  name,
  ...told,
});

/** What a device would be given that nobody trusts yet. */
export const STRANGER: Stranger = {
  approvalId: as('approval-1'),
  secretHash: as('approval-secret-1'),
  deviceId: as('device-2'),
  tokenHash: as('device-token-2'),
};

/** On the device that made the first passkey. */
export const signIn = (told: Told<SignInWithPasskey> = {}): SignInWithPasskey => ({
  type: 'sign-in-with-passkey',
  at: LATER,
  passkeyId: as('passkey-1'),
  ceremonyId: as('ceremony-9'),
  ceremonyExpiresAt: NOON + 5 * MINUTE,
  sessionId: as('session-1'),
  device: null,
  deviceTokenHash: as('device-token-1'),
  stranger: STRANGER,
  finding: { ok: true, signCount: 0, backedUp: true },
  ...told,
});

/** By a code that reached the phone, on the device that made the first passkey. */
export const signInByFallback = (told: Told<SignInByFallback> = {}): SignInByFallback => ({
  type: 'sign-in-by-fallback',
  at: LATER,
  proof: codeProof(),
  sessionId: as('session-1'),
  device: null,
  deviceTokenHash: as('device-token-1'),
  stranger: STRANGER,
  ...told,
});

export const codeProof = (
  told: Partial<CheckUnderWay> = {},
  finding: CodeFinding = RIGHT,
): SignInByFallback['proof'] => ({
  kind: 'code',
  check: check({ purpose: 'sign-in', ...told }),
  finding,
  grantHash: as('grant-1'),
});

type Approve = Extract<DecideSignInApproval['decision'], { kind: 'approve' }>;

export const approve = ({ at = LATER, ...told }: Partial<Approve> & { at?: Instant } = {}) =>
  ({
    type: 'decide-sign-in-approval',
    at,
    approvalId: as('approval-1'),
    decision: {
      kind: 'approve',
      numberMatches: true,
      stepUpId: as('step-up-1'),
      deviceTokenHash: as('device-token-1'),
      ...told,
    },
  }) satisfies DecideSignInApproval;

export const deny = (at: Instant = LATER): DecideSignInApproval => ({
  type: 'decide-sign-in-approval',
  at,
  approvalId: as('approval-1'),
  decision: { kind: 'deny' },
});

export const collect = (told: Told<CollectSignIn> = {}): CollectSignIn => ({
  type: 'collect-sign-in',
  at: LATER,
  approvalId: as('approval-1'),
  secretHash: as('approval-secret-1'),
  tokenHash: as('device-token-2'),
  ...told,
});

export const recover = (told: Told<RecoverSignIn> = {}): RecoverSignIn => ({
  type: 'recover-sign-in',
  at: LATER,
  approvalId: as('approval-1'),
  secretHash: as('approval-secret-1'),
  grantHash: as('grant-1'),
  ...told,
});

export const expireApproval = (at: Instant): ExpireSignInApproval => ({
  type: 'expire-sign-in-approval',
  at,
  approvalId: as('approval-1'),
});

export const removeDevice = (told: Told<RemoveDevice> = {}): RemoveDevice => ({
  type: 'remove-device',
  at: LATER,
  deviceId: as('device-1'),
  proof: stepUpProof(),
  ...told,
});

export const startStepUp = (action: string, told: Told<StartStepUp> = {}): StartStepUp => ({
  type: 'start-step-up',
  at: LATER,
  stepUpId: as('step-up-1'),
  action,
  signInFactor: null,
  ...told,
});

export const asserted = (
  told: Partial<NonNullable<PassStepUp['assertion']>> = {},
): NonNullable<PassStepUp['assertion']> => ({
  passkeyId: as('passkey-1'),
  ceremonyId: as('ceremony-9'),
  ceremonyExpiresAt: NOON + 5 * MINUTE,
  device: null,
  finding: { ok: true, signCount: 0, backedUp: true },
  ...told,
});

/** By the first passkey, and nothing else, unless it is told otherwise. */
export const passStepUp = (action: string, told: Told<PassStepUp> = {}): PassStepUp => {
  const at = told.at ?? LATER;
  return {
    type: 'pass-step-up',
    at,
    stepUpId: as('step-up-1'),
    action,
    transactionDigest: 'digest',
    securityEpoch: 0,
    mustPassBy: at + 4 * MINUTE,
    expiresAt: at + 5 * MINUTE,
    signInFactor: null,
    deviceTokenHash: null,
    assertion: asserted(),
    grantHash: null,
    ...told,
  };
};

export const redeem = (action: string, told: Told<RedeemStepUp> = {}): RedeemStepUp => ({
  type: 'redeem-step-up',
  at: LATER,
  stepUpId: as('step-up-1'),
  action,
  transactionDigest: 'digest',
  ...told,
});

export const remove = (told: Told<RemovePasskey> = {}): RemovePasskey => ({
  type: 'remove-passkey',
  at: LATER,
  passkeyId: as('passkey-1'),
  proof: stepUpProof(),
  ...told,
});

export const requestReset = (told: Told<RequestReset> = {}): RequestReset => ({
  type: 'request-reset',
  at: LATER,
  resetId: as('reset-1'),
  secretHash: as('secret-1'),
  provider: 'sumsub',
  subject: null,
  replaces: null,
  ...told,
});

/** What the provider says of the right person, at the right level, with the right face. */
export const verdict = (
  said: RecordLivenessVerdict['verdict'],
  told: Told<RecordLivenessVerdict> = {},
): RecordLivenessVerdict => ({
  type: 'record-liveness-verdict',
  at: LATER,
  resetId: as('reset-1'),
  provider: 'sumsub',
  verdict: said,
  evidenceId: 'action-1/1',
  subject: 'applicant-1',
  level: 'passkey-reset',
  faceMatched: true,
  sandbox: false,
  sandboxCounts: false,
  ...told,
});

export const expireReset = (told: Told<ExpireReset> = {}): ExpireReset => ({
  type: 'expire-reset',
  at: LATER,
  resetId: as('reset-1'),
  reason: 'time',
  ...told,
});

export const cancelReset = (told: Told<CancelReset> = {}): CancelReset => ({
  type: 'cancel-reset',
  at: LATER,
  resetId: as('reset-1'),
  proof: stepUpProof(),
  ...told,
});

export const disputeReset = (told: Told<DisputeReset> = {}): DisputeReset => ({
  type: 'dispute-reset',
  at: LATER,
  resetId: as('reset-1'),
  proof: stepUpProof(),
  ...told,
});
