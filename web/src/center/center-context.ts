import type { AccountApi } from '../api/account.js';
import type { PortalSession } from '../api/contract.js';
import { CeremonyFailed } from '../platform/ceremony.js';
import type { Device } from '../platform/device.js';
import { passOnSignals } from '../platform/signals.js';
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
export async function explainFailedPrompt(
  context: CenterContext,
  ceremonyId: string,
  thrown: unknown,
  notice: Notice,
  able: Able = {},
): Promise<void> {
  if (!(thrown instanceof CeremonyFailed)) throw thrown;
  if (thrown.aborted) return;
  const diagnosis = await context.account.diagnose(ceremonyId, thrown.report, context.device);
  notice.showDiagnosis(diagnosis, thrown, able);
  await passOnSignals(diagnosis?.signals);
}
