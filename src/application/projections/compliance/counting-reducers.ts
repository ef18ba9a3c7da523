import type { Reducers } from '../define-projection.js';
import { counted, joined, MEASURES, slotOf } from './counting.js';
import { ACCOUNTS } from './tables.js';

type Handled =
  | 'AccountEnrolled'
  | 'SecurityCheckPassed'
  | 'SecurityCheckFailed'
  | 'PasskeyVerificationFailed'
  | 'PasskeyCloneSuspected'
  | 'StepUpPassed'
  | 'StepUpDenied'
  | 'AccountLocked'
  | 'AccountUnlocked'
  | 'FactorDisabled'
  | 'FactorReinstated';

const { accounts, factors, lockOuts, stepUps } = MEASURES;

export const COUNTING_REDUCERS: Reducers<Handled> = {
  AccountEnrolled(projected) {
    const { event, rp, subject } = projected;
    const row = { rp, subject, enrolled_slot: slotOf(event.at), passkeys: 0, has_passkey: 0 };
    return [{ kind: 'put', table: ACCOUNTS.name, row }, counted(projected, accounts, 'enrolled')];
  },

  SecurityCheckPassed(projected) {
    const { factor, purpose } = projected.event.data;
    return [counted(projected, factors, factor, joined(purpose, 'passed'))];
  },
  SecurityCheckFailed(projected) {
    const { factor, purpose } = projected.event.data;
    return [counted(projected, factors, factor, joined(purpose, 'failed'))];
  },
  PasskeyVerificationFailed(projected) {
    const { purpose } = projected.event.data;
    return [counted(projected, factors, 'passkey', joined(purpose, 'failed'))];
  },
  PasskeyCloneSuspected: (projected) => [
    counted(projected, lockOuts, 'clone-suspected', projected.event.data.consequence),
  ],

  StepUpPassed(projected) {
    const { action, methods } = projected.event.data;
    return [counted(projected, stepUps, action, joined('passed', methods.toSorted().join('+')))];
  },
  StepUpDenied(projected) {
    const { action, reason } = projected.event.data;
    return [counted(projected, stepUps, action, joined('denied', reason))];
  },

  AccountLocked: (projected) => [counted(projected, lockOuts, 'account-locked', projected.event.data.why)],
  AccountUnlocked: (projected) => [counted(projected, lockOuts, 'account-unlocked', projected.event.data.by)],
  FactorDisabled: (projected) => [
    counted(projected, lockOuts, 'factor-disabled', projected.event.data.factor),
  ],
  FactorReinstated: (projected) => [
    counted(projected, lockOuts, 'factor-reinstated', projected.event.data.factor),
  ],
};
