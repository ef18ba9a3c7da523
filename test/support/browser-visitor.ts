import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  CDPSession,
  Locator,
  Page,
} from 'playwright-core';
import type { AuthenticatorKind } from './browser-authenticator.js';
import { VirtualAuthenticator } from './browser-authenticator.js';
import { PageWatch } from './browser-complaints.js';

/** Long enough for a machine that is busy with something else; nothing waits for it to pass. */
const PATIENCE_MS = 30_000;

/** As older browsers are: passkeys by prompt, none in a field's autofill. */
const WITHOUT_AUTOFILL = `
  if ('PublicKeyCredential' in globalThis) {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  }`;

/** What development keeps of a message. */
export interface SentMessage {
  readonly to: string;
  readonly purpose: 'code' | 'notice';
  readonly code?: string;
  readonly text: string;
}

export interface VisitorOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Whether the browser offers passkeys in a field's autofill. Default: it does. */
  readonly autofill?: boolean;
  /** The language of the browser, as a tag. Default: American English. */
  readonly locale?: string;
}

/** A person with a browser of their own: one tab, one authenticator. */
export class Visitor {
  private constructor(
    readonly origin: string,
    readonly context: BrowserContext,
    readonly page: Page,
    /** Over every tab. */
    readonly watch: PageWatch,
    /** That of the device the browser runs on. */
    readonly authenticator: VirtualAuthenticator,
    private readonly devTools: CDPSession,
  ) {}

  static async arrive(
    browser: Browser,
    origin: string,
    { viewport = { width: 1280, height: 800 }, autofill = true, locale = 'en-US' }: VisitorOptions = {},
  ): Promise<Visitor> {
    const settings: BrowserContextOptions = {
      baseURL: origin,
      viewport,
      locale,
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    };
    const context = await browser.newContext(settings);
    context.setDefaultTimeout(PATIENCE_MS);
    if (!autofill) await context.addInitScript(WITHOUT_AUTOFILL);
    return Visitor.inNewTab(origin, context, new PageWatch(context));
  }

  private static async inNewTab(origin: string, context: BrowserContext, watch: PageWatch): Promise<Visitor> {
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const authenticator = await VirtualAuthenticator.plugIn(devTools, 'internal');
    return new Visitor(origin, context, page, watch, authenticator, devTools);
  }

  /** The same person in the same browser, with another device's authenticator. */
  anotherTab(): Promise<Visitor> {
    return Visitor.inNewTab(this.origin, this.context, this.watch);
  }

  plugIn(kind: AuthenticatorKind): Promise<VirtualAuthenticator> {
    return VirtualAuthenticator.plugIn(this.devTools, kind);
  }

  find(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  click(testId: string): Promise<void> {
    return this.find(testId).click();
  }

  fill(testId: string, value: string): Promise<void> {
    return this.find(testId).fill(value);
  }

  async see(testId: string, text?: string): Promise<void> {
    const element = this.find(testId);
    await (text === undefined ? element : element.filter({ hasText: text })).first().waitFor();
  }

  /** What an element says, once it is there. */
  async read(testId: string): Promise<string> {
    return (await this.find(testId).innerText()).trim();
  }

  /** What was sent to an address or a phone number, newest first. */
  async messagesTo(destination: string): Promise<readonly SentMessage[]> {
    const answer = await fetch(`${this.origin}/dev/outbox?to=${encodeURIComponent(destination)}`);
    return ((await answer.json()) as { messages: readonly SentMessage[] }).messages;
  }
}
