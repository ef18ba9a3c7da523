import type { BrowserContext, Response } from 'playwright-core';

/** Chromium writes this for every answer of 400 and above, which the watch lists by itself. */
const FAILED_ANSWER = 'Failed to load resource: the server responded with a status of';

/** Notes what the reader of a browser's pages never sees: errors, warnings, breaches of their Content-Security-Policy, refusals. */
export class PageWatch {
  readonly #complaints: string[] = [];
  #refusals: Promise<string>[] = [];

  constructor(context: BrowserContext) {
    context.on('console', (message) => {
      const text = message.text();
      if (!['error', 'warning'].includes(message.type()) || text.startsWith(FAILED_ANSWER)) return;
      this.#complaints.push(text);
    });
    context.on('weberror', (error) => this.#complaints.push(String(error.error())));
    context.on('response', (response) => {
      if (response.status() >= 400) this.#refusals.push(refusalOf(response));
    });
  }

  /** The complaints since it was last asked; breaches of the policy among them, for Chromium writes each to the console. */
  takeComplaints(): readonly string[] {
    return this.#complaints.splice(0);
  }

  /** The refusals since it was last asked, in order: the status and the problem's code. */
  async takeRefusals(): Promise<readonly string[]> {
    const taken = this.#refusals;
    this.#refusals = [];
    return Promise.all(taken);
  }
}

async function refusalOf(response: Response): Promise<string> {
  const { code } = (await response.json().catch(() => ({}))) as { code?: string };
  return `${response.status()} ${code ?? new URL(response.url()).pathname}`;
}
