import type { PromptFailed } from '@latchkey/browser';
import { text } from './texts.js';
import type { TextKey } from './texts.js';

/** What the platform's error names usually mean to the person who saw the prompt. */
const MEANINGS: Readonly<Record<string, TextKey>> = {
  AbortError: 'ceremony.closed',
  ConstraintError: 'ceremony.not-verified',
  InvalidStateError: 'ceremony.already-registered',
  NotAllowedError: 'ceremony.closed',
  NotSupportedError: 'ceremony.not-supported',
  SecurityError: 'ceremony.wrong-site',
};

/** A prompt that failed, in our own words, where the service says nothing of it. */
export function inOurWords({ report }: PromptFailed): Error {
  return new Error(text(MEANINGS[report.error.name] ?? 'ceremony.other'));
}
