import '../styles/base.css';
import '../styles/controls.css';
import '../styles/center.css';
import { isDevelopmentHost, safeAddress } from '../platform/addresses.js';
import { AccountApi } from '../api/account.js';
import type { PortalActions, PortalSession } from '../api/contract.js';
import { PortalApi } from '../api/portal.js';
import { Problem } from '../api/problem.js';
import { thisDevice } from '../platform/this-device.js';
import { deviceTokenFor } from '@latchkey/browser';
import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { button, linkButton, waiting } from '../ui/controls.js';
import { closeEveryDialog } from '../ui/dialog.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { icon } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import { mountToasts } from '../ui/toast.js';
import { AccountNotices } from '../center/account-notices.js';
import { ActivitySection } from '../center/activity-section.js';
import { approveSection } from '../center/step-up/approve-section.js';
import type { CenterContext } from '../center/center-context.js';
import { ApprovalSection } from '../center/devices/approval-section.js';
import { DeviceSection } from '../center/devices/device-section.js';
import { helpSection } from '../center/help-section.js';
import { PasskeySection } from '../center/passkeys/passkey-section.js';
import { showSessionEnded } from '../center/session-ended.js';

const portal = new PortalApi();
const page = pageRoot();

/** How the service says that a link or a session no longer counts. */
const OVER: readonly number[] = [401, 404, 410];

/** The secret of a one-time link; it leaves the address bar and the history before anything else happens. */
function takeSecret(): string | undefined {
  const secret = location.hash.slice(1);
  if (secret === '') return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return secret;
}

async function openCenter(secret: string | undefined): Promise<void> {
  portal.http.onUnauthorized = undefined;
  closeEveryDialog();
  replaceContent(page, h('main', { class: 'message' }, waiting(text('session.opening'))));
  let session: PortalSession;
  try {
    session = secret === undefined ? await portal.current() : await portal.open(secret);
  } catch (error) {
    if (error instanceof Problem && OVER.includes(error.status)) showSessionEnded(page);
    else showUnreachable(error, secret);
    return;
  }
  await showCenter(session);
}

function showUnreachable(error: unknown, secret: string | undefined): void {
  const notice = createNotice('open-notice');
  const again = button(text('action.try-again'), 'primary', { 'data-testid': 'open-again' });
  again.addEventListener('click', () => void openCenter(secret));
  replaceContent(
    page,
    h('main', { class: 'message' }, h('h1', {}, text('session.unreachable.title')), notice.element, again),
  );
  notice.show(error);
}

async function showCenter(session: PortalSession): Promise<void> {
  const { rp, rpName, accountId } = session;
  document.title = text('center.document-title', { rpName });
  portal.http.onUnauthorized = endIfOver;
  const detected = await thisDevice();
  const context: CenterContext = {
    session,
    account: new AccountApi(portal.http, rp, accountId),
    // The first passkey makes it a trusted one while the page is open.
    get device() {
      return { ...deviceTokenFor(rp, accountId), ...detected };
    },
    get flows() {
      return {
        ...(!passkeys.isFull && { 'add-passkey': () => passkeys.add() }),
        ...(session.offersReset === true && { reset: () => passkeys.reset() }),
      };
    },
  };

  const onward = h('div', { role: 'status' });
  const activity = new ActivitySection(context);
  const changed = (): void => {
    void notices.refresh();
    void devices.refresh();
    void activity.refresh();
  };
  const passkeys: PasskeySection = new PasskeySection(context, {
    changed,
    added: ({ returnTo }) => showWayOnward(onward, session, returnTo),
  });
  const devices = new DeviceSection(context, () => changed());
  const approvals = new ApprovalSection(context, changed);
  const notices = new AccountNotices(context, {
    continueReset: () => void passkeys.reset(),
    changed: () => {
      changed();
      void passkeys.refresh();
    },
  });
  const approving = h('div');
  const notice = createNotice('center-notice');
  const signOut = button(text('center.sign-out'), 'quiet', { 'data-testid': 'sign-out' });
  onPress(signOut, notice, async () => {
    portal.http.onUnauthorized = undefined;
    await portal.close();
    location.assign(safeAddress(session.returnUrl) ?? '/');
  });

  replaceContent(
    page,
    topBar(rpName, signOut),
    h(
      'main',
      { class: 'page' },
      h(
        'div',
        {},
        h('p', { class: 'eyebrow', 'data-testid': 'account-id' }, text('center.signed-in', { accountId })),
        h('h1', {}, text('center.title')),
      ),
      h('p', { class: 'lead', 'data-testid': 'purpose-text' }, session.purposeText),
      notice.element,
      notices.element,
      approvals.element,
      onward,
      passkeys.element,
      approving,
      devices.element,
      helpSection(context),
      activity.element,
    ),
    footer(),
  );
  await passkeys.refresh();
  changed();
  void approvals.refresh();
  // What ends by time or by the product's word has ended by the time that somebody comes back to look.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && page.contains(notices.element)) changed();
  });
  replaceContent(
    approving,
    approveSection(context, await actionsOrNone(), () => {
      changed();
      void passkeys.refresh();
    }),
  );
}

async function actionsOrNone(): Promise<PortalActions> {
  try {
    return await portal.actions();
  } catch {
    return { actions: [], parameters: {} };
  }
}

/** A 401 may be about a proof; only when the session itself is gone does the page give way. */
function endIfOver(): void {
  portal.http.onUnauthorized = undefined;
  portal.current().then(
    () => {
      portal.http.onUnauthorized = endIfOver;
    },
    (error: unknown) => {
      if (error instanceof Problem && error.status === 401) showSessionEnded(page);
      else portal.http.onUnauthorized = endIfOver;
    },
  );
}

/**
 * Where the entry point leads after a passkey was added, unless it is this page. A path is one of the product's
 * own pages, so the product's address for coming back stands for it.
 */
function showWayOnward(place: HTMLElement, session: PortalSession, returnTo: string | undefined): void {
  if (returnTo === undefined || returnTo === location.pathname) return;
  const { rpName, returnUrl } = session;
  const address = safeAddress(returnTo.startsWith('/') ? returnUrl : returnTo);
  if (address === undefined) return;
  replaceContent(
    place,
    h(
      'div',
      { class: 'success-box onward' },
      h('p', {}, text('center.continue')),
      linkButton(text('center.continue.button', { rpName }), address, {
        'data-testid': 'continue-to-product',
      }),
    ),
  );
}

function footer(): HTMLElement {
  return h(
    'footer',
    { class: 'foot' },
    h('p', {}, icon('shield'), text('center.footer')),
    isDevelopmentHost() && h('p', {}, h('a', { href: '/outbox' }, text('center.outbox'))),
  );
}

mountToasts();
void openCenter(takeSecret());
// Another link opened over this page changes nothing but the fragment, and loads nothing.
window.addEventListener('hashchange', () => {
  const secret = takeSecret();
  if (secret !== undefined) void openCenter(secret);
});
