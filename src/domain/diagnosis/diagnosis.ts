import type { DeviceProblem } from '../policy/device-check.js';
import type { RelyingParty } from '../policy/relying-party.js';
import { alternativesText, DIAGNOSIS_TEXTS } from '../texts/diagnosis-texts.js';
import type { Language } from '../texts/language.js';
import type { Cause, DeviceCause } from './cause.js';
import { DEVICE_CAUSES } from './cause.js';

/** A cause in words. */
export interface ExplainedCause {
  readonly code: Cause;
  /** What it means, for the user. */
  readonly meaning: string;
  /** What to do, step by step. */
  readonly next: readonly string[];
}

export interface Diagnosis {
  /** The likeliest. */
  readonly diagnosis: ExplainedCause;
  /** What else fits, likeliest first. */
  readonly otherCauses: readonly ExplainedCause[];
  /** The product's other ways to sign in. */
  readonly alternatives: RelyingParty['signIn']['fallbacks'];
}

/** The problems of a device that can be a cause, in their order. */
export function deviceCausesOf(problems: readonly DeviceProblem[]): readonly DeviceCause[] {
  return problems.flatMap(({ code }) => DEVICE_CAUSES.filter((cause) => cause === code));
}

/** @param causes likeliest first */
export function explained(
  policy: RelyingParty,
  causes: readonly Cause[],
  problems: readonly DeviceProblem[],
  language: Language,
): Diagnosis {
  const [first = 'service-fault', ...others] = causes;
  const inWords = (code: Cause): ExplainedCause => {
    const problem = problems.find((candidate) => candidate.code === code);
    return { code, ...(problem === undefined ? words(policy, code, language) : wordsOfProblem(problem)) };
  };
  return {
    diagnosis: inWords(first),
    otherCauses: others.map(inWords),
    alternatives: policy.signIn.fallbacks,
  };
}

type Words = Omit<ExplainedCause, 'code'>;

function words(policy: RelyingParty, code: Cause, language: Language): Words {
  return DIAGNOSIS_TEXTS[language][code]({
    product: policy.name,
    alternatives: alternativesText(policy.signIn.fallbacks, language),
    byReset: policy.passkeys.removal === 'reset-only',
    maximum: policy.passkeys.maximum,
  });
}

function wordsOfProblem({ message, remedy }: DeviceProblem): Words {
  if (remedy === undefined) return { meaning: message, next: [] };
  const { label, url } = remedy;
  return { meaning: message, next: [url === undefined ? label : `${label}: ${url}`] };
}
