import type { ResetId } from '../../kernel/ids.js';
import type { EnrolledAccount, PageSessions } from '../state.js';

export const NO_PAGES: PageSessions = { epoch: 0, goesOn: null };

/** A session of the account holder's page, as it was opened. */
export interface PageSession {
  /** The account's, when the link to the page was made. */
  readonly epoch: number;
  /** The reset that was asked for in it, if any. */
  readonly resetId: ResetId | null;
}

/**
 * A reset ends every page that was open, for one may be on the phone that was lost; but for the page that asked for it, where the
 * owner's face was seen and the new passkey is now added. A dispute ends that one as well.
 */
export function pageSessionCounts({ pages }: EnrolledAccount, { epoch, resetId }: PageSession): boolean {
  if (epoch === pages.epoch) return true;
  return epoch === pages.epoch - 1 && resetId !== null && resetId === pages.goesOn;
}

export function endedPages({ epoch }: PageSessions, resetId: ResetId): PageSessions {
  return { epoch: epoch + 1, goesOn: resetId };
}
