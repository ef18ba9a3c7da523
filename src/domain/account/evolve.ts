import { personalOf, REDACTED } from '../kernel/event.js';
import { unreachable } from '../kernel/exhaustive.js';
import type { PasskeyId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import { MINUTE } from '../kernel/time.js';
import type { AccountEvent, AccountEventOf, Proof } from './events.js';
import type { Device } from '../policy/device.js';
import { BAD_ASSERTIONS_RECORDED } from './rules/assertion.js';
import { withoutPasskeys } from './rules/removed-passkeys.js';
import { NO_CEREMONIES, withCeremony } from './rules/used-ceremonies.js';
import { rememberedResets, resetsAfter } from './reset-changes.js';
import { endedPages, NO_PAGES, pagesAfterChange } from './rules/page-sessions.js';
import { NO_RESETS } from './rules/resets.js';
import { changedFactors, NOTHING_PROPOSED, withCleanSlate } from './factor-changes.js';
import {
  rememberedApprovals,
  signInApprovals,
  spend,
  withoutProof,
  withSession,
} from './sign-in-approvals.js';
import type { EnrolledAccount, Grant, PassedStepUp, Passkey, PasskeyAccount } from './state.js';

export { CONTACT_OF } from './factor-changes.js';

/** More wrong entries than this are never needed by any lock-out rule a policy may state. */
const FAILURES_REMEMBERED = 100;

/**
 * Commands take their time before they queue, and clocks of processes differ: what has expired for one event may not
 * have for the next. Forgotten too early, a code would count twice.
 */
const REMEMBERED_AFTER_EXPIRY = 10 * MINUTE;

/** Folds one event into the state. Total and without rules: what was recorded has happened. */
export function evolve(state: PasskeyAccount, event: AccountEvent): PasskeyAccount {
  if (state.status === 'not-enrolled') {
    return event.type === 'AccountEnrolled' ? enrolled(event) : state;
  }
  if (state.status === 'erased') return state;
  return apply(forget(state, event.at), event);
}

function enrolled(event: Extract<AccountEvent, { type: 'AccountEnrolled' }>): EnrolledAccount {
  const personal = personalOf(event);
  return {
    status: 'enrolled',
    accountId: personal?.accountId ?? REDACTED,
    userHandle: event.data.userHandle,
    displayName: personal?.displayName ?? null,
    identifiers: personal?.identifiers ?? [],
    locale: null,
    factors: event.data.factors,
    contacts: personal?.contacts ?? {},
    ...NOTHING_PROPOSED,
    totpStep: null,
    livenessSubject: null,
    securityEpoch: 0,
    passkeys: [],
    removedPasskeys: [],
    ceremonies: NO_CEREMONIES,
    removedByCodeAloneAt: null,
    grants: [],
    guessedChecks: [],
    failures: [],
    failuresInARow: {},
    disabledFactors: [],
    lockedUntil: null,
    coolingOff: {},
    stepUps: [],
    resets: NO_RESETS,
    pages: NO_PAGES,
    devices: [],
    approvals: [],
    signInDeniedAt: {},
    badAssertions: [],
  };
}

/** Drops what has long expired, which is what keeps the state bounded. */
function forget(state: EnrolledAccount, now: Instant): EnrolledAccount {
  const oldest = now - REMEMBERED_AFTER_EXPIRY;
  const grants = state.grants.filter((grant) => grant.rememberedUntil > oldest);
  const guessedChecks = state.guessedChecks.filter((check) => check.expiresAt > oldest);
  const stepUps = state.stepUps.filter((stepUp) => stepUp.expiresAt > oldest);
  const resets = rememberedResets(state.resets, oldest);
  const approvals = rememberedApprovals(state.approvals, oldest);
  const nothingExpired =
    resets === state.resets &&
    approvals.length === state.approvals.length &&
    grants.length === state.grants.length &&
    guessedChecks.length === state.guessedChecks.length &&
    stepUps.length === state.stepUps.length;
  return nothingExpired ? state : { ...state, grants, guessedChecks, stepUps, approvals, resets };
}

function apply(state: EnrolledAccount, event: AccountEvent): PasskeyAccount {
  switch (event.type) {
    case 'AccountEnrolled':
      return state;

    case 'FactorsChanged': {
      const grants = spendProof(state.grants, event.data.proof);
      return { ...state, ...changedFactors(state, event), pages: pagesAfterChange(state, event), grants };
    }

    case 'AccountDetailsChanged': {
      const personal = personalOf(event);
      return personal === undefined
        ? state
        : { ...state, displayName: personal.displayName, identifiers: personal.identifiers };
    }

    case 'LocaleChosen':
      return { ...state, locale: event.data.locale };

    case 'LivenessSubjectLinked':
      return {
        ...state,
        grants: spendProof(state.grants, event.data.proof),
        securityEpoch: event.data.securityEpoch ?? state.securityEpoch,
        livenessSubject: { provider: event.data.provider, subject: personalOf(event)?.subject ?? REDACTED },
      };

    case 'SecurityCheckPassed': {
      const { data } = event;
      const grant: Grant = {
        hash: data.grantHash,
        checkId: data.checkId,
        factor: data.factor,
        purpose: data.purpose,
        stepUpId: data.stepUpId,
        securityEpoch: state.securityEpoch,
        expiresAt: data.grantExpiresAt,
        rememberedUntil: Math.max(data.grantExpiresAt, data.checkExpiresAt),
        spent: false,
      };
      return {
        ...state,
        failuresInARow: { ...state.failuresInARow, [data.factor]: 0 },
        grants: [...state.grants, grant],
        totpStep: data.totpStep ?? state.totpStep,
      };
    }

    case 'SecurityCheckFailed': {
      const { data } = event;
      return {
        ...state,
        failures: [...state.failures, event.at].slice(-FAILURES_REMEMBERED),
        failuresInARow: {
          ...state.failuresInARow,
          [data.factor]: (state.failuresInARow[data.factor] ?? 0) + 1,
        },
        guessedChecks: [
          ...state.guessedChecks.filter((check) => check.checkId !== data.checkId),
          { checkId: data.checkId, wrongGuesses: data.wrongGuesses, expiresAt: data.checkExpiresAt },
        ],
      };
    }

    case 'AccountLocked':
      return { ...state, lockedUntil: event.data.until, failures: [] };

    case 'AccountUnlocked':
      return {
        ...state,
        ...(event.data.reason !== 'reset-disputed' && { lockedUntil: null }),
        ...(event.data.reason !== 'too-many-failures' && { resets: { ...state.resets, disputed: null } }),
      };

    case 'FactorDisabled':
      return { ...state, disabledFactors: [...state.disabledFactors, event.data.factor] };

    case 'FactorReinstated':
      return { ...state, ...withCleanSlate(state, event.data.factor) };

    case 'PasskeyRegistered': {
      const { data } = event;
      const passkey: Passkey = {
        passkeyId: data.passkeyId,
        credentialId: data.credentialId,
        publicKey: data.publicKey,
        algorithm: data.algorithm,
        signCount: data.signCount,
        transports: data.transports,
        backupEligible: data.backupEligible,
        name: personalOf(event)?.name ?? REDACTED,
        status: 'active',
        sensitiveActionsFrom: data.sensitiveActionsFrom,
        seenOn: seen([], personalOf(event)?.device),
      };
      return {
        ...state,
        passkeys: [...state.passkeys, passkey],
        // The same credential may come back.
        removedPasskeys: state.removedPasskeys.filter(
          ({ credentialId }) => credentialId !== data.credentialId,
        ),
        grants: data.grantHash === null ? state.grants : spend(state.grants, data.grantHash),
        resets: resetsAfter(state, event),
      };
    }

    case 'PasskeyRenamed': {
      const name = personalOf(event)?.name ?? REDACTED;
      const passkeys = withPasskey(state.passkeys, event.data.passkeyId, (passkey) => ({ ...passkey, name }));
      return { ...state, passkeys };
    }

    case 'PasskeyUsed':
      return afterUse(state, event);

    case 'PasskeyVerificationFailed':
      return {
        ...state,
        badAssertions: [...state.badAssertions, event.at].slice(-BAD_ASSERTIONS_RECORDED),
      };

    case 'PasskeyCloneSuspected':
      return event.data.consequence === 'suspended'
        ? {
            ...state,
            passkeys: withPasskey(state.passkeys, event.data.passkeyId, (passkey) => ({
              ...passkey,
              status: 'suspended',
            })),
            approvals: withoutProof(state.approvals, event.data.passkeyId, event.at),
            stepUps: spendStepUps(state.stepUps, (stepUp) => stepUp.passkeyId === event.data.passkeyId),
          }
        : state;

    case 'PasskeyRemoved':
      return {
        ...withoutPasskeys(state, [event.data.passkeyId]),
        approvals: withoutProof(state.approvals, event.data.passkeyId, event.at),
        stepUps: spendStepUps(state.stepUps, (stepUp) => stepUp.passkeyId === event.data.passkeyId),
      };

    case 'StepUpPassed': {
      const { data } = event;
      return {
        ...state,
        grants: data.grantHash === null ? state.grants : spend(state.grants, data.grantHash),
        stepUps: [
          ...state.stepUps,
          {
            stepUpId: data.stepUpId,
            action: data.action,
            transactionDigest: data.transactionDigest,
            methods: data.methods,
            passkeyId: data.passkeyId,
            securityEpoch: state.securityEpoch,
            expiresAt: data.expiresAt,
            singleUse: data.singleUse,
            deviceId: data.deviceId,
            consumed: false,
          },
        ],
      };
    }

    case 'StepUpDenied':
      return state;

    case 'StepUpConsumed': {
      const { stepUpId } = event.data;
      const consumed = state.stepUps.find((stepUp) => stepUp.stepUpId === stepUpId);
      const byCodeAlone = consumed?.action === 'remove-passkey' && consumed.passkeyId === null;
      return {
        ...state,
        removedByCodeAloneAt: byCodeAlone
          ? Math.max(event.at, state.removedByCodeAloneAt ?? 0)
          : state.removedByCodeAloneAt,
        stepUps: spendStepUps(state.stepUps, (stepUp) => stepUp.stepUpId === stepUpId),
      };
    }

    case 'LivenessResetRequested':
    case 'LivenessAttemptFailed':
    case 'LivenessResetCancelled':
    case 'LivenessResetRejected':
    case 'LivenessResetExpired':
      return { ...state, resets: resetsAfter(state, event) };

    case 'LivenessResetCompleted': {
      const { coolingOffUntil, securityEpoch } = event.data;
      const reset = Math.max(coolingOffUntil, state.coolingOff.reset ?? 0);
      return {
        ...state,
        ...NOTHING_PROPOSED,
        securityEpoch,
        coolingOff: { ...state.coolingOff, reset },
        resets: resetsAfter(state, event),
        pages: endedPages(state.pages, event.data.resetId),
      };
    }

    case 'LivenessResetDisputed':
      return {
        ...state,
        ...NOTHING_PROPOSED,
        securityEpoch: event.data.securityEpoch,
        resets: resetsAfter(state, event),
        pages: { ...state.pages, goesOn: null },
      };

    case 'SignedInByFallback': {
      const { grantHash, deviceId, sessionId } = event.data;
      return {
        ...state,
        grants: spend(state.grants, grantHash),
        devices: withSession(state.devices, deviceId, sessionId, event.at),
      };
    }

    case 'SignInApprovalRequested':
    case 'SignInNumberMismatched':
    case 'SignInApproved':
    case 'SignInDenied':
    case 'SignInApprovalExpired':
    case 'SignInRecoveryStarted':
    case 'DeviceTrusted':
    case 'DeviceRemoved':
      return { ...state, ...signInApprovals(state, event) };

    case 'AccountErased':
      return { status: 'erased', receiptId: event.data.receiptId };

    default:
      return unreachable(event);
  }
}

const DEVICES_SEEN = 5;

function seen(before: readonly string[], device: Device | null | undefined): readonly string[] {
  const deviceId = device?.deviceId;
  if (deviceId === undefined || before[0] === deviceId) return before;
  return [deviceId, ...before.filter((other) => other !== deviceId)].slice(0, DEVICES_SEEN);
}

function spendProof(grants: readonly Grant[], proof: Proof): readonly Grant[] {
  return proof.kind === 'grant' ? spend(grants, proof.grantHash) : grants;
}

function spendStepUps(
  stepUps: readonly PassedStepUp[],
  spent: (stepUp: PassedStepUp) => boolean,
): readonly PassedStepUp[] {
  return stepUps.map((stepUp) => (spent(stepUp) ? { ...stepUp, consumed: true } : stepUp));
}

function withPasskey(
  passkeys: readonly Passkey[],
  passkeyId: PasskeyId,
  change: (passkey: Passkey) => Passkey,
): readonly Passkey[] {
  return passkeys.map((passkey) => (passkey.passkeyId === passkeyId ? change(passkey) : passkey));
}

/**
 * Every member is written out: V8 copies an object of more than 24 of them by a path that takes twenty times as long, and
 * this is the event that is recorded most.
 */
function afterUse(state: EnrolledAccount, event: AccountEventOf<'PasskeyUsed'>): EnrolledAccount {
  const { passkeyId, ceremonyId, ceremonyExpiresAt, signCount, deviceId, sessionId } = event.data;
  return {
    status: state.status,
    accountId: state.accountId,
    userHandle: state.userHandle,
    displayName: state.displayName,
    identifiers: state.identifiers,
    locale: state.locale,
    factors: state.factors,
    contacts: state.contacts,
    proposed: state.proposed,
    proposedInEpoch: state.proposedInEpoch,
    proposedAt: state.proposedAt,
    totpStep: state.totpStep,
    livenessSubject: state.livenessSubject,
    securityEpoch: state.securityEpoch,
    passkeys: withPasskey(state.passkeys, passkeyId, (passkey) => ({
      ...passkey,
      signCount: Math.max(signCount, passkey.signCount),
      seenOn: seen(passkey.seenOn, personalOf(event)?.device),
    })),
    removedPasskeys: state.removedPasskeys,
    ceremonies: withCeremony(state.ceremonies, ceremonyId, ceremonyExpiresAt),
    removedByCodeAloneAt: state.removedByCodeAloneAt,
    grants: state.grants,
    guessedChecks: state.guessedChecks,
    failures: state.failures,
    failuresInARow: state.failuresInARow,
    disabledFactors: state.disabledFactors,
    lockedUntil: state.lockedUntil,
    coolingOff: state.coolingOff,
    stepUps: state.stepUps,
    resets: state.resets,
    pages: state.pages,
    devices: withSession(state.devices, deviceId, sessionId, event.at),
    approvals: state.approvals,
    signInDeniedAt: state.signInDeniedAt,
    badAssertions: state.badAssertions,
  } satisfies Record<keyof EnrolledAccount, unknown>;
}
