import { personalOf, REDACTED } from '../kernel/event.js';
import { unreachable } from '../kernel/exhaustive.js';
import type { GrantHash, PasskeyId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import type { AccountEvent, CodeFactor, ContactFactors, FactorChange } from './events.js';
import type { EnrolledAccount, Grant, Passkey, PasskeyAccount } from './state.js';

/** More wrong entries than this are never needed by any lock-out rule a policy may state. */
const FAILURES_REMEMBERED = 100;

/** Folds one event into the state. Total and without rules: what was recorded has happened. */
export function evolve(state: PasskeyAccount, event: AccountEvent): PasskeyAccount {
  if (state.status === 'not-enrolled') {
    return event.type === 'AccountEnrolled' ? enrolled(event) : state;
  }
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
    factors: event.data.factors,
    contacts: personal?.contacts ?? {},
    proposed: {},
    totpStep: null,
    livenessSubject: null,
    securityEpoch: 0,
    passkeys: [],
    grants: [],
    guessedChecks: [],
    failures: [],
    lockedUntil: null,
    coolingOff: {},
    stepUps: [],
  };
}

/** Drops what has expired, which is what keeps the state bounded. */
function forget(state: EnrolledAccount, now: Instant): EnrolledAccount {
  const grants = state.grants.filter((grant) => grant.rememberedUntil > now);
  const guessedChecks = state.guessedChecks.filter((check) => check.expiresAt > now);
  const stepUps = state.stepUps.filter((stepUp) => stepUp.expiresAt > now);
  const nothingExpired =
    grants.length === state.grants.length &&
    guessedChecks.length === state.guessedChecks.length &&
    stepUps.length === state.stepUps.length;
  return nothingExpired ? state : { ...state, grants, guessedChecks, stepUps };
}

function apply(state: EnrolledAccount, event: AccountEvent): EnrolledAccount {
  switch (event.type) {
    case 'AccountEnrolled':
      return state;

    case 'FactorsChanged': {
      const personal = personalOf(event);
      const { data } = event;
      const spent = data.proof.kind === 'grant' ? spend(state.grants, data.proof.grantHash) : state.grants;
      return {
        ...state,
        factors: data.factors,
        contacts: changedContacts(state.contacts, data.changes, personal?.contacts ?? {}, 'confirmed'),
        proposed: changedContacts(state.proposed, data.changes, personal?.contacts ?? {}, 'proposed'),
        totpStep: data.totpStep ?? state.totpStep,
        securityEpoch: data.securityEpoch,
        grants: spent,
        coolingOff:
          data.phoneCoolingOffUntil === null
            ? state.coolingOff
            : { ...state.coolingOff, 'phone-change': data.phoneCoolingOffUntil },
      };
    }

    case 'AccountDetailsChanged': {
      const personal = personalOf(event);
      return personal === undefined
        ? state
        : { ...state, displayName: personal.displayName, identifiers: personal.identifiers };
    }

    case 'LivenessSubjectLinked':
      return {
        ...state,
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
      return { ...state, grants: [...state.grants, grant], totpStep: data.totpStep ?? state.totpStep };
    }

    case 'SecurityCheckFailed': {
      const { data } = event;
      return {
        ...state,
        failures: [...state.failures, event.at].slice(-FAILURES_REMEMBERED),
        guessedChecks: [
          ...state.guessedChecks.filter((check) => check.checkId !== data.checkId),
          { checkId: data.checkId, wrongGuesses: data.wrongGuesses, expiresAt: data.checkExpiresAt },
        ],
      };
    }

    case 'AccountLocked':
      return { ...state, lockedUntil: event.data.until, failures: [] };

    case 'AccountUnlocked':
      return { ...state, lockedUntil: null, failures: [] };

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
        lastCeremonyId: null,
        sensitiveActionsFrom: data.sensitiveActionsFrom,
      };
      return {
        ...state,
        passkeys: [...state.passkeys, passkey],
        grants: spend(state.grants, data.grantHash),
      };
    }

    case 'PasskeyRenamed': {
      const name = personalOf(event)?.name ?? REDACTED;
      return withPasskey(state, event.data.passkeyId, (passkey) => ({ ...passkey, name }));
    }

    case 'PasskeyUsed': {
      const { passkeyId, ceremonyId, signCount } = event.data;
      return withPasskey(state, passkeyId, (passkey) => ({
        ...passkey,
        signCount: Math.max(signCount, passkey.signCount),
        lastCeremonyId: ceremonyId,
      }));
    }

    case 'PasskeyCloneSuspected':
      return event.data.consequence === 'suspended'
        ? withPasskey(state, event.data.passkeyId, (passkey) => ({ ...passkey, status: 'suspended' }))
        : state;

    case 'PasskeyRemoved':
      return {
        ...state,
        passkeys: state.passkeys.filter((passkey) => passkey.passkeyId !== event.data.passkeyId),
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
            securityEpoch: state.securityEpoch,
            expiresAt: data.expiresAt,
            consumed: false,
          },
        ],
      };
    }

    case 'StepUpDenied':
      return state;

    case 'StepUpConsumed':
      return {
        ...state,
        stepUps: state.stepUps.map((stepUp) =>
          stepUp.stepUpId === event.data.stepUpId ? { ...stepUp, consumed: true } : stepUp,
        ),
      };

    default:
      return unreachable(event);
  }
}

function spend(grants: readonly Grant[], hash: GrantHash): readonly Grant[] {
  return grants.map((grant) => (grant.hash === hash ? { ...grant, spent: true } : grant));
}

function withPasskey(
  state: EnrolledAccount,
  passkeyId: PasskeyId,
  change: (passkey: Passkey) => Passkey,
): EnrolledAccount {
  return {
    ...state,
    passkeys: state.passkeys.map((passkey) => (passkey.passkeyId === passkeyId ? change(passkey) : passkey)),
  };
}

export const CONTACT_OF = { sms: 'phone', email: 'email', totp: 'totpSecret' } as const satisfies Record<
  CodeFactor,
  keyof ContactFactors
>;

/** The contacts after the changes: what was changed this way is set, what was changed otherwise is dropped. */
function changedContacts(
  contacts: ContactFactors,
  changes: readonly { readonly factor: CodeFactor; readonly change: FactorChange }[],
  values: ContactFactors,
  settingChange: 'confirmed' | 'proposed',
): ContactFactors {
  const entries = new Map(Object.entries(contacts));
  for (const { factor, change } of changes) {
    const key = CONTACT_OF[factor];
    if (change === settingChange) entries.set(key, values[key] ?? REDACTED);
    // A proposal leaves the confirmed value as it is; a confirmation or removal ends any proposal.
    else if (!(settingChange === 'confirmed' && change === 'proposed')) entries.delete(key);
  }
  return Object.fromEntries(entries);
}
