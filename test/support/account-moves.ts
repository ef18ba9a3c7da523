import type { AccountCommand, OfferedProof, ProveSecurityCheck } from '../../src/domain/account/commands.js';
import type { Purpose } from '../../src/domain/account/events.js';
import { CONTACT_OF } from '../../src/domain/account/evolve.js';
import type {
  CompletedReset,
  EnrolledAccount,
  Grant,
  PassedStepUp,
  PasskeyAccount,
} from '../../src/domain/account/state.js';
import type {
  ApprovalId,
  CeremonyId,
  DeviceId,
  GrantHash,
  ResetId,
  SecretHash,
  SessionId,
} from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { Instant } from '../../src/domain/kernel/time.js';
import { MINUTE } from '../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import * as command from './account-commands.js';
import { APPLICANT, EMAIL, FACTORS, NEW_EMAIL, NEW_PHONE, NOON, PHONE, SECRET } from './account-events.js';

/**
 * A choice that becomes a command only on the state it meets. An `apt` one uses what is there, and where something
 * is missing does that first, so that histories get somewhere; the others are made up, as an attacker's are.
 */
export interface Move {
  readonly type: AccountCommand['type'];
  readonly elapsed: number;
  readonly apt: boolean;
  readonly pick: number;
  readonly other: number;
}

interface Turn extends Move {
  readonly account: EnrolledAccount | null;
  readonly policy: RelyingParty;
  readonly at: Instant;
  /** Makes ids that nobody had before. */
  readonly index: number;
}

/** @param index of the move in its history */
export function commandOf(
  move: Move,
  state: PasskeyAccount,
  policy: RelyingParty,
  at: Instant,
  index: number,
): AccountCommand {
  const account = move.apt && state.status === 'enrolled' ? state : null;
  return commandOfTurn({ ...move, account, policy, at, index });
}

function commandOfTurn(turn: Turn): AccountCommand {
  const { type, at, pick, other, index, policy, account } = turn;
  const passkey = one(account?.passkeys ?? [], pick);
  const passkeyId = passkey?.passkeyId ?? as(`passkey-${pick % 5}`);
  const shownAgain = pick % 13 === 0;
  const used = {
    passkeyId,
    ceremonyId: as<CeremonyId>(shownAgain ? `shown-again-${other % 3}` : `ceremony-${index}`),
    ceremonyExpiresAt: (shownAgain ? NOON : at) + 5 * MINUTE,
    finding: {
      ok: true,
      signCount: (passkey?.signCount ?? 0) + (other % 9 === 0 ? 0 : 1),
      backedUp: false,
    },
  } as const;
  switch (type) {
    case 'put-account':
      // Somebody else is linked while a reset asks about the one who was.
      return account !== null && account.resets.open !== null && pick % 3 === 0
        ? command.putAccount({ at, liveness: RELINKED, proof: command.THE_RELYING_PARTY })
        : command.putAccount({ at, ...membersOf(pick), proof: proofOf(turn) });
    case 'confirm-factor':
      return confirming(turn);
    case 'start-security-check':
      return command.startCheck({
        at,
        factor: one(FACTORS, other) ?? 'sms',
        purpose: purposeOf(pick),
        stepUp: { action: one(policy.actions, pick)?.name ?? '', signInFactor: null },
      });
    case 'prove-security-check':
      return proving(turn, purposeOf(other));
    case 'unlock-account':
      return command.unlock(at, pick % 2 === 0 ? 'reset-disputed' : 'too-many-failures');
    case 'erase-account':
      return command.erase(at);
    case 'withdraw-proposal':
      return { type, at, factor: one(FACTORS, other) ?? 'sms', why: pick % 2 === 0 ? 'asked' : 'expired' };
    case 'reinstate-factor':
      return { type, at, factor: one(FACTORS, other) ?? 'sms' };
    case 'start-registration': {
      const grant = grantFor('bind-passkey', turn);
      return grant === null
        ? proving(turn, 'bind-passkey')
        : command.startRegistration({ at, proof: command.byGrant(grant.hash) });
    }
    case 'register-passkey':
      return passkey !== undefined && pick % 2 === 0 && passedFor('add-passkey', turn) === null
        ? passing(turn, 'add-passkey', used)
        : registering(turn);
    case 'rename-passkey':
      return command.rename(nameOf(other), { at, passkeyId });
    case 'sign-in-with-passkey':
      return command.signIn({ at, ...used, ...onDevice(turn) });
    case 'sign-in-by-fallback':
      return fallingBack(turn);
    case 'decide-sign-in-approval':
    case 'collect-sign-in':
    case 'recover-sign-in':
    case 'expire-sign-in-approval':
      return ofApproval(type, turn, used);
    case 'remove-device': {
      const passed = passedFor('remove-device', turn);
      if (passkey !== undefined && passed === null) return passing(turn, 'remove-device', used);
      const proof = passed === null ? ({ kind: 'none' } as const) : command.stepUpProof(passed.stepUpId);
      const device = one(account?.devices ?? [], other);
      return command.removeDevice({ at, deviceId: device?.deviceId ?? as('device-1'), proof });
    }
    case 'start-step-up':
      return command.startStepUp(actionOf(policy, pick), { at, stepUpId: as(`step-up-${index}`) });
    case 'pass-step-up': {
      const withCode = policy.actions.filter(({ alternatives }) =>
        alternatives.some((way) => way.length > 1),
      );
      const action = grantFor('step-up', turn) === null ? undefined : one(withCode, other)?.name;
      return passing(turn, action ?? actionOf(policy, other), used);
    }
    case 'redeem-step-up': {
      const passed = one(account?.stepUps ?? [], pick);
      if (account !== null && passed === undefined) return passing(turn, actionOf(policy, other), used);
      const action = other % 7 === 0 ? actionOf(policy, other) : passed?.action;
      return command.redeem(action ?? 'withdraw-funds', {
        at,
        stepUpId: passed?.stepUpId ?? as('step-up-1'),
        transactionDigest: other % 8 === 0 ? 'made up' : (passed?.transactionDigest ?? 'made up'),
      });
    }
    case 'remove-passkey': {
      const passed = passedFor('remove-passkey', turn);
      if (passkey !== undefined && passed === null) {
        const byCode = other % 2 === 0 && grantFor('step-up', turn) === null;
        return byCode ? proving(turn, 'step-up') : passing(turn, 'remove-passkey', used);
      }
      const proof = passed === null ? ({ kind: 'none' } as const) : command.stepUpProof(passed.stepUpId);
      return command.remove({ at, passkeyId, proof });
    }
    case 'request-reset':
      return command.requestReset({
        at,
        resetId: as(`reset-of-${index}`),
        secretHash: as(`secret-of-${index}`),
        subject: pick % 5 === 0 ? null : APPLICANT,
        replaces: other % 3 === 0 ? (account?.resets.open?.resetId ?? null) : null,
      });
    case 'record-liveness-verdict':
      return hearing(turn);
    case 'expire-reset':
      return command.expireReset({
        at,
        resetId: resetId(turn),
        reason: pick % 3 === 0 ? 'provider' : 'time',
      });
    case 'cancel-reset':
      return stopping(turn, 'cancel-reset', used);
    case 'dispute-reset':
      return stopping(turn, 'dispute-reset', used);
  }
}

/** A verdict about the reset that is open, one in seven of them a lie. */
function hearing(turn: Turn): AccountCommand {
  const { at, pick, other, index, account, policy } = turn;
  const open = account?.resets.open ?? null;
  if (account !== null && open === null) {
    return commandOfTurn({ ...turn, type: 'request-reset', pick: pick + (pick % 5 === 0 ? 1 : 0) });
  }
  const lies: readonly Parameters<typeof command.verdict>[1][] = [
    { subject: 'somebody else' },
    { level: 'another' },
    { provider: 'another' },
    { sandbox: true },
    { faceMatched: false },
  ];
  return command.verdict(one(['passed', 'retry', 'passed', 'final'] as const, pick) ?? 'passed', {
    at,
    resetId: open?.resetId ?? as('reset-1'),
    provider: open?.provider ?? policy.reset?.provider ?? 'sumsub',
    subject: open?.subject ?? APPLICANT,
    level: open?.level ?? 'passkey-reset',
    evidenceId: other % 6 === 0 ? 'shown again' : `evidence-${index}`,
    ...(other % 7 === 0 ? one(lies, pick) : {}),
  });
}

type Used = Parameters<typeof command.asserted>[0];

function stopping(turn: Turn, action: 'cancel-reset' | 'dispute-reset', used: Used): AccountCommand {
  const { at, account, pick } = turn;
  const passed = passedFor(action, turn);
  if (account !== null && passed === null) {
    const removed = one(
      account.resets.completed.flatMap((reset) => reset.removed),
      pick,
    );
    if (action === 'cancel-reset') return passing(turn, action, used);
    if (removed !== undefined) return passing(turn, action, { ...used, passkeyId: removed.passkeyId });
    return account.passkeys.length === 0 ? registering(turn) : hearing({ ...turn, pick: 0, other: 1 });
  }
  const proof = passed === null ? ({ kind: 'none' } as const) : command.stepUpProof(passed.stepUpId);
  const told = { at, resetId: resetId(turn), proof };
  return action === 'cancel-reset' ? command.cancelReset(told) : command.disputeReset(told);
}

function resetId({ type, account, pick }: Turn): ResetId {
  const { open, completed } = account?.resets ?? { open: null, completed: [] };
  const ofType = type === 'dispute-reset' ? one(completed, pick) : open;
  return ofType?.resetId ?? as('reset-1');
}

/** That of the latest reset, as long as it is unspent, and now and then after it. */
function secretFor({ account, pick }: Turn): CompletedReset | null {
  const latest = account?.resets.completed.at(-1);
  if (latest === undefined || (latest.secretSpent && pick % 11 !== 0)) return null;
  return latest;
}

function secretOf({ secretHash }: CompletedReset): string {
  return secretHash ?? 'made up';
}

/** A trusted device or a new one, for which everything that it could be given is new. */
function onDevice({ account, pick, other, index }: Turn) {
  const device = other % 3 === 0 ? undefined : one(account?.devices ?? [], pick);
  return {
    sessionId: as<SessionId>(`session-${index}`),
    deviceTokenHash: device?.tokenHash ?? null,
    stranger: {
      approvalId: as<ApprovalId>(`approval-${index}`),
      secretHash: as<SecretHash>(`secret-${index}`),
      deviceId: as<DeviceId>(`device-${index}`),
      tokenHash: as<SecretHash>(`token-${index}`),
    },
  };
}

function fallingBack(turn: Turn): AccountCommand {
  const { at, pick, index } = turn;
  const grant = grantFor('sign-in', turn);
  const { check, finding } = proving(turn, 'sign-in');
  const proof =
    grant !== null && pick % 2 === 0
      ? ({ kind: 'grant', factor: grant.factor, grantHash: grant.hash } as const)
      : ({ kind: 'code', check, finding, grantHash: as<GrantHash>(`grant-${index}`) } as const);
  return command.signInByFallback({ at, proof, ...onDevice(turn) });
}

function ofApproval(
  type: 'decide-sign-in-approval' | 'collect-sign-in' | 'recover-sign-in' | 'expire-sign-in-approval',
  turn: Turn,
  used: NonNullable<Parameters<typeof command.asserted>[0]>,
): AccountCommand {
  const { account, at, index, pick, other } = turn;
  const waiting = account?.approvals.filter(({ status }) => status !== 'expired' && status !== 'collected');
  const approval = pick % 7 === 0 ? one(account?.approvals ?? [], other) : waiting?.at(-1);
  if (account !== null && approval === undefined) {
    return command.signIn({ at, ...used, ...onDevice(turn), deviceTokenHash: null });
  }
  const approvalId = approval?.approvalId ?? as<ApprovalId>(`approval-${pick % 5}`);
  const secretHash = approval?.secretHash ?? as<SecretHash>('made up');
  switch (type) {
    case 'decide-sign-in-approval': {
      const passed = passedFor('approve-sign-in', turn);
      if (other % 6 === 0) return { ...command.deny(at), approvalId };
      if (approval !== undefined && passed === null && other % 5 !== 0) {
        return passing(turn, 'approve-sign-in', used);
      }
      const approve = command.approve({
        at,
        numberMatches: index % 3 > 0,
        stepUpId: passed?.stepUpId ?? null,
        deviceTokenHash:
          (other % 8 === 1 ? null : one(account?.devices ?? [], pick)?.tokenHash) ?? as('made up'),
      });
      return { ...approve, approvalId };
    }
    case 'collect-sign-in':
      return command.collect({
        at,
        approvalId,
        secretHash: pick % 9 === 1 ? as('made up') : secretHash,
        tokenHash: as(`token-${index}`),
      });
    case 'recover-sign-in': {
      const grant = grantFor('sign-in', turn);
      if (account !== null && grant === null) return proving(turn, 'sign-in');
      return command.recover({ at, approvalId, secretHash, grantHash: grant?.hash ?? as('made up') });
    }
    case 'expire-sign-in-approval':
      // Late enough for one to have expired, and no further ahead of the others than clocks may be apart.
      return { ...command.expireApproval(at + (pick % 2) * 6 * MINUTE), approvalId };
  }
}

function proving(turn: Turn, purpose: Purpose): ProveSecurityCheck {
  const { at, pick, other, index, account, policy } = turn;
  const on = other % 5 === 0 ? 'relying-party-word' : 'code';
  const usable = account?.factors.filter(
    (factor) => purpose !== 'bind-passkey' || policy.factors.beforeBinding.includes(factor),
  );
  const factor = one(usable ?? FACTORS, other) ?? 'password';
  const reached = pick % 7 === 0 ? account?.proposed : account?.contacts;
  // An id is of one check: it comes again while that one is open, and never after.
  const again = account === null ? other % 9 : `${other % 9}-since-${Math.floor(at / (10 * MINUTE))}`;
  // A code that comes after wrong ones.
  const guessed = pick % 5 === 1 ? one(account?.guessedChecks ?? [], other) : undefined;
  return command.prove({
    at,
    on,
    finding: { matches: pick % 4 > 0, totpStep: factor === 'totp' ? Math.floor(at / 30_000) : null },
    grantHash: as(`grant-${index}`),
    check: {
      checkId: guessed?.checkId ?? as(`check-${account === null || pick % 4 === 0 ? again : `of-${index}`}`),
      factor,
      purpose,
      stepUpId: purpose === 'step-up' ? as(`step-up-of-${index}`) : null,
      securityEpoch: account?.securityEpoch ?? pick % 2,
      ...(factor !== 'password' && { value: reached?.[CONTACT_OF[factor]] ?? PHONE }),
      expiresAt: guessed?.expiresAt ?? at + (account === null ? pick % 3 : 2) * 5 * MINUTE,
    },
  });
}

function confirming({ at, pick, other, index, account }: Turn): AccountCommand {
  const factor = FACTORS.find((candidate) => account?.proposed[CONTACT_OF[candidate]] !== undefined) ?? 'sms';
  return command.confirm({
    at,
    factor,
    check: {
      checkId: as(account === null ? `check-${other % 9}` : `check-of-${index}`),
      securityEpoch: account?.securityEpoch ?? 0,
      expiresAt: at + 10 * MINUTE,
    },
    value: account?.proposed[CONTACT_OF[factor]] ?? PHONE,
    finding: { matches: pick % 4 > 0, totpStep: factor === 'totp' ? Math.floor(at / 30_000) : null },
  });
}

function registering(turn: Turn): AccountCommand {
  const { at, pick, other, index, account } = turn;
  const secret = secretFor(turn);
  const grant = grantFor('bind-passkey', turn);
  if (account !== null && grant === null && secret === null) return proving(turn, 'bind-passkey');
  return command.register({
    at,
    passkeyId: as(`passkey-of-${index}`),
    newDevice: { deviceId: as(`device-${index}`), tokenHash: as(`token-${index}`) },
    ceremonyEpoch: ceremonyEpoch(turn),
    proof:
      secret === null
        ? command.byGrant(grant?.hash ?? 'made up')
        : command.byReset(secret.resetId, secretOf(secret)),
    vouchedBy: other % 4 === 0 ? null : (passedFor('add-passkey', turn)?.stepUpId ?? null),
    name: nameOf(other % 3 === 0 ? pick : 0),
    finding:
      pick % 10 === 0
        ? { ok: false, reason: 'origin' }
        : command.attested({
            credentialId: as(`credential-${pick % 30}`),
            backupEligible: pick % 2 === 0,
            backedUp: pick % 14 === 0 || pick % 17 === 0,
            userVerified: pick % 19 > 0,
            signCount: pick % 3,
          }),
  });
}

/** Now and then of a ceremony that was begun before the latest change, or that another process began after one. */
function ceremonyEpoch({ pick, other, account }: Turn): number {
  const epoch = account?.securityEpoch ?? 0;
  if (pick % 4 !== 1) return epoch;
  return other % 2 === 0 ? epoch + 1 : Math.max(0, epoch - 1);
}

function passing(turn: Turn, action: string, used: Parameters<typeof command.asserted>[0]): AccountCommand {
  const { at, pick, other, index, account } = turn;
  if (action !== 'dispute-reset' && account?.passkeys.length === 0) return registering(turn);
  const code = grantFor('step-up', turn);
  return command.passStepUp(action, {
    at,
    stepUpId: (other % 9 === 0 ? null : code?.stepUpId) ?? as(`step-up-of-${index}`),
    securityEpoch: account?.securityEpoch ?? 0,
    signInFactor: other % 4 === 0 ? (code?.factor ?? one(FACTORS, pick) ?? null) : null,
    deviceTokenHash: other % 5 === 0 ? (one(account?.devices ?? [], pick)?.tokenHash ?? null) : null,
    assertion: code !== null && pick % 2 === 0 ? null : command.asserted(used),
    grantHash: code?.hash ?? null,
  });
}

function membersOf(pick: number): Parameters<typeof command.putAccount>[0] {
  const vouched = pick % 2 === 0;
  const kinds: readonly Parameters<typeof command.putAccount>[0][] = [
    { phone: PHONE, email: EMAIL },
    { phone: NEW_PHONE },
    { email: NEW_EMAIL },
    { phone: NEW_PHONE, email: NEW_EMAIL, totp: { secret: SECRET, vouched } },
    { totp: { secret: `${SECRET}${pick % 3}`, vouched } },
    { phone: null },
    { email: null, totp: null },
    { locale: pick % 3 === 0 ? null : 'zh' },
    { displayName: 'Ada', identifiers: ['ada-1815', `ada-${pick % 3}`] },
    { liveness: { provider: 'sumsub', subject: `applicant-${pick % 2}` } },
  ];
  return one(kinds, pick) ?? {};
}

function proofOf(turn: Turn): OfferedProof {
  const any = turn.other % 7 === 0 ? one(turn.account?.stepUps ?? [], turn.pick) : undefined;
  const passed = any ?? passedFor('change-factors', turn);
  if (passed !== null) return command.stepUpProof(passed.stepUpId);
  const grant = grantFor('change-factors', turn);
  if (grant !== null) return command.grantProof(grant.hash);
  return turn.other % 3 === 0 ? command.THE_RELYING_PARTY : { kind: 'none' };
}

/** One that nobody has used, or now and then one that somebody has. */
function grantFor(purpose: Purpose, { account, at, pick }: Turn): Grant | null {
  const grants = account?.grants.filter((grant) => grant.purpose === purpose) ?? [];
  if (pick % 11 === 0) return one(grants, pick) ?? null;
  return grants.find(({ spent, expiresAt }) => !spent && expiresAt > at) ?? null;
}

function passedFor(action: string, { account, at, pick }: Turn): PassedStepUp | null {
  const passed = account?.stepUps.filter((stepUp) => stepUp.action === action) ?? [];
  if (pick % 11 === 0) return one(passed, pick) ?? null;
  return passed.find(({ consumed, expiresAt }) => !consumed && expiresAt > at) ?? null;
}

const RELINKED = { provider: 'sumsub', subject: 'applicant-2' } as const;
const PURPOSES: readonly Purpose[] = ['bind-passkey', 'step-up', 'change-factors', 'sign-in'];
const purposeOf = (pick: number): Purpose => one(PURPOSES, pick) ?? 'sign-in';

/** Half of them the service's own, or few passkeys would ever be vouched for or removed. */
function actionOf(policy: RelyingParty, pick: number): string {
  const own = one(
    ['add-passkey', 'remove-passkey', 'change-factors', 'approve-sign-in', 'remove-device'],
    Math.floor(pick / 2),
  );
  return (pick % 2 === 0 ? own : one(policy.actions, pick)?.name) ?? '';
}

const NAMES = [
  'Work phone',
  'Spare',
  '',
  'x'.repeat(21),
  ' Spare ',
  'evil\u202Eenohp',
  'Cafe\u0301',
  'a\u0000b',
];
const nameOf = (pick: number): string => one(NAMES, pick) ?? '';

function one<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items[pick % Math.max(1, items.length)];
}
