import { formatDateAndTime } from '../ui/times.js';
import { isTextKey, text } from './texts.js';

/** What the service tells of a refusal, as far as sentences need it. */
export interface RefusalDetails {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly until?: string;
  readonly maximum?: number;
  readonly guessesLeft?: number;
  readonly scope?: string;
}

/** A refusal in the user's language, by its stable code; what has no words here is said in the service's own. */
export function problemText(details: RefusalDetails): string {
  const { until, maximum = 0, guessesLeft } = details;
  // A code that is wrong once too often: what comes of it is what matters.
  const code = details.code === 'wrong-code' && until !== undefined ? 'account-locked' : (details.code ?? '');
  const key = `problem.${code}`;
  const service = details.detail ?? details.title ?? text('problem.unknown');
  if (!isTextKey(key)) return service;
  const said = text(key, {
    guesses: guessesText(guessesLeft),
    scope: details.scope ?? '',
    maximum: text(`problem.passkey-limit-reached.${maximum === 1 ? 'one' : 'many'}`, { maximum }),
    ...(until === undefined ? {} : { until: formatDateAndTime(new Date(until)) }),
  });
  if (until !== undefined || !said.includes('{until}')) return said.trim();
  // A sentence about a time that the service didn't name would have a hole in it.
  const timeless = `problem.${code}.now`;
  return isTextKey(timeless) ? text(timeless) : service;
}

function guessesText(left: number | undefined): string {
  if (left === undefined) return '';
  if (left === 0) return text('problem.guesses.none');
  return text(left === 1 ? 'problem.guesses.one' : 'problem.guesses.many', { count: left });
}
