import { text } from '../texts/texts.js';
import { copyButton } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { timeBasedCode } from './time-based-codes.js';

const KEPT_AT = 'latchkey.demo-authenticator';
const MAXIMUM = 5;
const EVERY_MS = 1000;

interface Entry {
  readonly rpName: string;
  readonly accountId: string;
  readonly secret: string;
}

/** Puts a demo user's secret into the app that this browser plays; the ones that came last are kept. */
export function addToAuthenticatorApp(entry: Entry): void {
  const others = entries().filter((kept) => kept.accountId !== entry.accountId);
  try {
    localStorage.setItem(KEPT_AT, JSON.stringify([entry, ...others].slice(0, MAXIMUM)));
  } catch {
    // Storage may be off; then the demo user has no such app.
  }
}

/** What an authenticator app would show, renewed every second. Nothing where no demo user has one. */
export function authenticatorApp(): HTMLElement {
  const list = h('ul', { class: 'messages' });
  const element = h(
    'section',
    { class: 'card', 'aria-labelledby': 'totp-title', 'data-testid': 'authenticator-app', hidden: true },
    h('h2', { id: 'totp-title' }, text('totp.title')),
    h('p', { class: 'muted' }, text('totp.text')),
    list,
  );
  let shown = '';
  const show = async (): Promise<void> => {
    const now = Date.now();
    const kept = entries();
    const codes = await Promise.all(kept.map(({ secret }) => timeBasedCode(secret, now)));
    element.hidden = kept.length === 0;
    for (const left of list.querySelectorAll('.seconds')) {
      left.textContent = text('totp.left', { seconds: codes[0]?.secondsLeft ?? 0 });
    }
    // A list rebuilt every second would never let its buttons be pressed.
    const current = JSON.stringify([kept, codes.map(({ code }) => code)]);
    if (current === shown) return;
    shown = current;
    replaceContent(list, ...kept.map((entry, index) => entryItem(entry, codes[index])));
  };
  void show();
  setInterval(() => void show(), EVERY_MS);
  return element;
}

function entryItem(
  { rpName, accountId }: Entry,
  current: Awaited<ReturnType<typeof timeBasedCode>> | undefined,
): HTMLElement {
  const { code = '', secondsLeft = 0 } = current ?? {};
  return h(
    'li',
    { class: 'message-item' },
    h(
      'p',
      { class: 'message-head' },
      icon('totp'),
      h('strong', {}, `${rpName}: ${accountId}`),
      h('span', { class: 'hint seconds' }, text('totp.left', { seconds: secondsLeft })),
    ),
    copyButton(text('outbox.copy', { code }), text('outbox.copied', { code }), code, {
      'data-testid': 'totp-copy',
      'data-account': accountId,
      'data-code': code,
    }),
  );
}

function entries(): readonly Entry[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AT) ?? '[]') as readonly Entry[];
  } catch {
    return [];
  }
}
