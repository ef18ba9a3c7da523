import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Alone with the service: nothing of the browser's own calls home, and no prompt of it covers the page. */
const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  // As root there is no sandbox; the browser opens nothing but the service under test.
  '--no-sandbox',
];

/** The machine's Chromium, with a profile of its own. @throws where there is none */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error('no Chromium: install it, or set CHROMIUM to its path');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}
