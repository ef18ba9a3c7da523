import { browserSupportsWebAuthnAutofill } from '@simplewebauthn/browser';
import type { AuthenticationCeremony, AuthenticationResponseJSON } from '../api/contract.js';
import { cancelCeremony, useCredential } from './ceremony.js';

const MARGIN_MS = 10_000;

/**
 * Keeps a passkey offer in the autofill of the user-name field, as long as the page wants one: it is renewed
 * before its ceremony expires and ends when a modal prompt or another product takes over.
 */
export class AutofillSignIn {
  #run = 0;

  constructor(
    private readonly ask: () => Promise<AuthenticationCeremony>,
    private readonly picked: (ceremonyId: string, credential: AuthenticationResponseJSON) => void,
  ) {}

  start(): void {
    this.#run += 1;
    const run = this.#run;
    // An offer that can't be made leaves the buttons, which say what is wrong.
    this.#offer(run).catch(() => undefined);
  }

  stop(): void {
    this.#run += 1;
    cancelCeremony();
  }

  async #offer(run: number): Promise<void> {
    if (!(await browserSupportsWebAuthnAutofill())) return;
    const { ceremonyId, publicKey, expiresAt } = await this.ask();
    if (run !== this.#run) return;
    const lifetime = Math.max(Date.parse(expiresAt) - Date.now() - MARGIN_MS, MARGIN_MS);
    const renewal = setTimeout(() => this.start(), lifetime);
    try {
      const credential = await useCredential(publicKey, { mediation: 'conditional' });
      if (run === this.#run) this.picked(ceremonyId, credential);
    } finally {
      clearTimeout(renewal);
    }
  }
}
