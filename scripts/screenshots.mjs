import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { checkNode, helpFor } from './install.mjs';

helpFor(`npm run screenshots

Takes the pictures of docs/images from the built service, through its own pages in Chromium.

  CHROMIUM              path of Chromium (default /usr/bin/chromium)
`);
checkNode();

const FOLDER = 'docs/images';
const USER = {
  accountId: 'alex.chen',
  displayName: 'Alex Chen',
  email: 'alex.chen@example.com',
  phone: '+12025550142',
};
const PHONE = { platform: 'ios', osVersion: '26.1', model: 'iPhone 17 Pro', biometrics: ['face'] };
const AUTHENTICATOR = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

const main = 'dist/main.js';
if (!existsSync(main)) throw new Error('the service is not built: run `npm run build`');
const data = mkdtempSync(join(tmpdir(), 'latchkey-screenshots-'));
const port = await freePort();
const service = spawn(process.execPath, [main], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    LATCHKEY_ENV: 'development',
    LATCHKEY_DATA: data,
    LATCHKEY_LOG: 'silent',
    PORT: String(port),
  },
});
try {
  await once(service.stdout, 'data');
  await takePictures(`http://localhost:${port}`);
} finally {
  const gone = once(service, 'exit');
  service.kill();
  await gone;
  rmSync(data, { recursive: true, force: true });
}

async function takePictures(origin) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--no-sandbox'],
  });
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  const page = await context.newPage();
  const find = (testId) => page.getByTestId(testId);
  const devTools = await context.newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  const plugIn = async (transport, synced) => {
    const kind = { transport, defaultBackupEligibility: synced, defaultBackupState: synced };
    await devTools.send('WebAuthn.addVirtualAuthenticator', { options: { ...AUTHENTICATOR, ...kind } });
  };
  const addPasskey = async (storage, name) => {
    await find('add-passkey').click();
    await find('factor-sms').click();
    await find('code-input').waitFor();
    const { messages } = await (await fetch(`${origin}/dev/outbox`)).json();
    await find('code-input').fill(messages.find(({ code }) => code !== undefined).code);
    await find('code-verify').click();
    await find(`storage-${storage}`).check();
    await find('create-passkey').click();
    await find('toast').getByText('Added successfully').waitFor();
    if (name === undefined) return;
    await find('passkey-rename').last().click();
    await find('rename-input').fill(name);
    await find('rename-save').click();
    await find('passkey-name').getByText(name).waitFor();
  };
  const picture = async (name) => {
    const path = `${FOLDER}/${name}.png`;
    await page.screenshot({ path });
    process.stdout.write(`${path}: ${Math.ceil(statSync(path).size / 1024)} kB\n`);
  };

  mkdirSync(FOLDER, { recursive: true });
  await plugIn('internal', true);
  await page.goto('/#moomoo');
  for (const [name, value] of Object.entries(USER)) await find(`demo-${name}`).fill(value);
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  await picture('landing');

  await find('demo-create').click();
  const link = new URL(await find('open-security-center').getAttribute('href'));
  link.searchParams.set('device', JSON.stringify(PHONE));
  await page.goto(link.href);
  await addPasskey('this-device');
  await page.goto('/?again#moomoo');
  await find('signed-in-security-center').click();
  await find('passkey').waitFor();
  await plugIn('usb', false);
  await addPasskey('security-key', 'Key in the safe');
  await page.reload();
  await find('activity-entry').first().waitFor();
  await picture('security-center');
  await browser.close();
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  await once(probe, 'close');
  return free;
}
