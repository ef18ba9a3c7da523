import { PromptFailed } from '@latchkey/browser';
import type { Device } from '@latchkey/browser';
import type { AccountApi } from '../api/account.js';
import type { PortalSession } from '../api/contract.js';
import { inOurWords } from '../texts/prompt-failures.js';
import type { Notice } from '../ui/notice.js';
import type { Able } from '../ui/ways-out.js';

/** What every part of the Security Center works with. */
export interface CenterContext {
  readonly session: PortalSession;
  readonly account: AccountApi;
  readonly device: Device;
  /** Other flows of the page, as ways out of one that failed; those that the product has. */
  readonly flows: Pick<Able, 'add-passkey' | 'reset'>;
}

/**
 * Says what a failed prompt means, as the service explains it, which knows more about the account, or else in our own
 * words. Anything else than a failed prompt goes on as it came.
 */
export function explainFailedPrompt(thrown: unknown, notice: Notice, able: Able = {}): void {
  if (!(thrown instanceof PromptFailed)) throw thrown;
  if (!thrown.aborted) notice.showDiagnosis(thrown.diagnosis, inOurWords(thrown), able);
}
