import type { AccountEventType } from '../../domain/account/events.js';

const CATALOGUE: Readonly<Record<AccountEventType, true>> = {
  AccountEnrolled: true,
  FactorsChanged: true,
  AccountDetailsChanged: true,
  LocaleChosen: true,
  LivenessSubjectLinked: true,
  SecurityCheckPassed: true,
  SecurityCheckFailed: true,
  AccountLocked: true,
  AccountUnlocked: true,
  PasskeyRegistered: true,
  PasskeyRenamed: true,
  PasskeyUsed: true,
  PasskeyCloneSuspected: true,
  PasskeyRemoved: true,
  StepUpPassed: true,
  StepUpDenied: true,
  StepUpConsumed: true,
  LivenessResetRequested: true,
  LivenessAttemptFailed: true,
  LivenessResetCancelled: true,
  LivenessResetRejected: true,
  LivenessResetExpired: true,
  LivenessResetCompleted: true,
  LivenessResetDisputed: true,
};

/** Every type in the catalogue. The compiler refuses a new event that is missing here. */
export const ACCOUNT_EVENT_TYPES = Object.keys(CATALOGUE) as readonly AccountEventType[];
