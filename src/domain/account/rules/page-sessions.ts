import type { PasskeyId, ResetId } from '../../kernel/ids.js';
import { CONTACT_OF } from '../factor-changes.js';
import type { FactorsChanged, StepUpMethod } from '../events.js';
import { personalOf } from '../../kernel/event.js';
import type { EnrolledAccount, PageSessions } from '../state.js';

export const NO_PAGES: PageSessions = { epoch: 0, goesOn: null, factorsChangedIn: {} };

/** A session of the account holder's page, as it was opened. */
export interface PageSession {
  /** The account's, when the link to the page was made. */
  readonly epoch: number;
  /** The reset that was asked for in it, if any. */
  readonly resetId: ResetId | null;
  /** What proved the sign-in from which it was opened; null where nobody said, and it may have been anything. */
  readonly provenBy: StepUpMethod | null;
  /** The passkey that proved it, where the sign-in says so. */
  readonly passkeyId: PasskeyId | null;
  /** The account's security epoch when that was proven. */
  readonly securityEpoch: number;
}

/**
 * A reset ends every page that was open, for one may be on the phone that was lost; but for the page that asked for it, where the
 * owner's face was seen and the new passkey is now added. A dispute ends that one as well. A factor that is changed ends the
 * pages that it opened, or may have: whoever has the old phone is not the account holder any more. So does the passkey that
 * opened it, when it is removed.
 */
export function pageSessionCounts({ pages, passkeys }: EnrolledAccount, page: PageSession): boolean {
  const { epoch, passkeyId, resetId } = page;
  if (restsOnChanged(pages, page)) return false;
  if (epoch === pages.epoch) {
    return passkeyId === null || passkeys.some((passkey) => passkey.passkeyId === passkeyId);
  }
  return epoch === pages.epoch - 1 && resetId !== null && resetId === pages.goesOn;
}

/**
 * The page in which a new factor was confirmed, as it goes on: the new one was proven there. Not where it had ended before, by a
 * change that came in between.
 */
export function pageAfterConfirming(
  account: EnrolledAccount,
  page: PageSession,
  securityEpoch: number,
): PageSession | undefined {
  const { pages } = account;
  const before = Object.entries(pages.factorsChangedIn).filter(([, epoch]) => epoch !== securityEpoch);
  const unchanged = { ...account, pages: { ...pages, factorsChangedIn: Object.fromEntries(before) } };
  return pageSessionCounts(unchanged, page) ? { ...page, securityEpoch } : undefined;
}

/** The page in which a passkey was removed, as it goes on: that took a fresh proof there. Not where it had ended before. */
export function pageAfterRemoving(
  account: EnrolledAccount,
  page: PageSession,
  removed: PasskeyId,
): PageSession | undefined {
  const onItsOwn = { ...page, passkeyId: page.passkeyId === removed ? null : page.passkeyId };
  return pageSessionCounts(account, onItsOwn) ? onItsOwn : undefined;
}

function restsOnChanged(
  { factorsChangedIn }: PageSessions,
  { provenBy, securityEpoch }: PageSession,
): boolean {
  if (provenBy === 'passkey') return false;
  const changedIn = provenBy === null ? Object.values(factorsChangedIn) : [factorsChangedIn[provenBy] ?? 0];
  return changedIn.some((changed) => changed > securityEpoch);
}

export function endedPages(pages: PageSessions, resetId: ResetId): PageSessions {
  return { ...pages, epoch: pages.epoch + 1, goesOn: resetId };
}

/**
 * A factor that counted until then, and now is another one or none. Confirmed anew as it was, it is the same. Where the values are
 * erased nobody can say that it is, and the pages end.
 */
export function pagesAfterChange(
  { contacts, factors, pages }: EnrolledAccount,
  { data, personal }: FactorsChanged,
): PageSessions {
  const values = personalOf({ personal })?.contacts;
  const changed = data.changes.filter(({ factor, change }) => {
    if (!factors.includes(factor)) return false;
    const contact = CONTACT_OF[factor];
    if (change === 'removed') return true;
    return change === 'confirmed' && (values === undefined || values[contact] !== contacts[contact]);
  });
  if (changed.length === 0) return pages;
  const since = changed.map(({ factor }) => [factor, data.securityEpoch] as const);
  return { ...pages, factorsChangedIn: { ...pages.factorsChangedIn, ...Object.fromEntries(since) } };
}
