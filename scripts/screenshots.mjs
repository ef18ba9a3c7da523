import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
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
    GRPC_PORT: '0',
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
  mkdirSync(FOLDER, { recursive: true });
  try {
    await picturesOfBroker(await visit(browser, origin, { colorScheme: 'light', locale: 'en-US' }));
    await picturesOfConsole(await visit(browser, origin, { colorScheme: 'light', locale: 'en-US' }));
    await picturesOfWallet(await visit(browser, origin, { colorScheme: 'dark', locale: 'en-US' }));
    await picturesInChinese(await visit(browser, origin, { colorScheme: 'light', locale: 'zh-CN' }));
  } finally {
    await browser.close();
  }
}

/** Start page and Security Center of the broker, with a passkey on the phone and one on a security key. */
async function picturesOfBroker({ page, find, plugIn, addPasskey, become, picture }) {
  await plugIn('internal', true);
  await page.goto('/#moomoo');
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  await picture('landing');
  await become('moomoo', USER);
  await addPasskey('this-device');
  await page.goto('/?again#moomoo');
  await find('signed-in').waitFor();
  await find('open-security-center').click();
  await find('passkey').waitFor();
  await plugIn('usb', false);
  await addPasskey('security-key', 'Key in the safe');
  await page.reload();
  await find('activity-entry').first().waitFor();
  await picture('security-center');
}

/** The broker's log, kept and checked in the console with one of its events. */
async function picturesOfConsole({ page, find, picture }) {
  await page.goto('/console#/moomoo/search?type=PasskeyRegistered');
  await find('console-key').fill(readFileSync(join(data, 'development-api-key'), 'utf8').trim());
  await find('console-open').click();
  const leaf = await find('event').first().getAttribute('data-leaf');
  await page.goto(`/console#/moomoo/proof?leaf=${leaf}`);
  await find('checkpoint-keep').click();
  await find('kept-checkpoint').waitFor();
  await find('event-verdict').waitFor();
  await find('toast').waitFor({ state: 'detached' });
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  await picture('console');
}

/** A withdrawal from the wallet, amount and payee in view, and a reset by a face check. */
async function picturesOfWallet({ page, find, plugIn, addPasskey, become, picture }) {
  await plugIn('internal', true);
  await become('mpchat', {
    ...USER,
    accountId: 'mei.lin',
    displayName: 'Mei Lin',
    email: 'mei.lin@example.com',
  });
  await addPasskey();
  await page.reload();
  await find('passkey').waitFor();
  await find('try-action').selectOption('onchain-withdrawal');
  await find('try-parameter-amount').fill('1250.00');
  await find('try-approve').click();
  await find('approve-passkey').waitFor();
  await picture('withdrawal-dark');
  await find('dialog-close').click();
  await page.evaluate('scrollTo(0, 0)');
  await find('reset-start').click();
  await find('reset-begin').waitFor();
  await picture('reset-dark');
}

async function picturesInChinese({ page, find, plugIn, addPasskey, become, picture }) {
  await plugIn('internal', true);
  const phone = '+12025550143';
  await become('mpchat', {
    ...USER,
    accountId: 'wang.fang',
    displayName: '王芳',
    email: 'wang.fang@example.com',
    phone,
  });
  await addPasskey();
  await page.reload();
  await find('activity-entry').first().waitFor();
  await picture('security-center-zh');
}

/** A browser of its own, with what the pictures need to be taken. */
async function visit(browser, origin, { colorScheme, locale }) {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1,
    colorScheme,
    reducedMotion: 'reduce',
    locale,
  });
  const page = await context.newPage();
  const find = (testId) => page.getByTestId(testId);
  const devTools = await context.newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  const plugIn = async (transport, synced) => {
    const kind = { transport, defaultBackupEligibility: synced, defaultBackupState: synced };
    await devTools.send('WebAuthn.addVirtualAuthenticator', { options: { ...AUTHENTICATOR, ...kind } });
  };
  const become = async (rp, user) => {
    await page.goto(`/?device=${encodeURIComponent(JSON.stringify(PHONE))}#${rp}`);
    for (const [name, value] of Object.entries(user)) await find(`demo-${name}`).fill(value);
    await find('demo-create').click();
    await find('open-security-center').click();
    await find('passkeys-empty').waitFor();
  };
  const addPasskey = async (storage, name) => {
    const before = await find('passkey').count();
    await find('add-passkey').click();
    await find('factor-sms').click();
    await find('code-input').waitFor();
    const { messages } = await (await fetch(`${origin}/dev/outbox`)).json();
    await find('code-input').fill(messages.find(({ code }) => code !== undefined).code);
    await find('code-verify').click();
    await find('create-passkey').waitFor();
    if (storage !== undefined) await find(`storage-${storage}`).check();
    await find('create-passkey').click();
    await find('passkey').nth(before).waitFor();
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
  return { page, find, plugIn, become, addPasskey, picture };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  await once(probe, 'close');
  return free;
}
