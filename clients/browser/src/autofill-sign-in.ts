import { browserSupportsWebAuthnAutofill } from '@simplewebauthn/browser';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type { Ceremony } from './answers.js';
import { cancelPrompt, promptForPasskey } from './prompts.js';

/** A sign-in that was opened for whoever comes. */
export interface OpenSignIn extends Ceremony<PublicKeyCredentialRequestOptionsJSON> {
  /** RFC 3339. */
  readonly expiresAt: string;
}

const MARGIN_MS = 10_000;

/**
 * Keeps a passkey offer in the autofill of the user-name field, as long as the page wants one: it is renewed
 * before its ceremony expires and ends when a modal prompt or another product takes over.
 */
export class AutofillSignIn {
  #run = 0;

  /**
   * @param ask opens a sign-in without a user name
   * @param picked is given what `finished` takes
   */
  constructor(
    private readonly ask: () => Promise<OpenSignIn>,
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
    cancelPrompt();
  }

  async #offer(run: number): Promise<void> {
    if (!(await browserSupportsWebAuthnAutofill())) return;
    const { ceremonyId, publicKey, expiresAt } = await this.ask();
    if (run !== this.#run) return;
    const lifetime = Math.max(Date.parse(expiresAt) - Date.now() - MARGIN_MS, MARGIN_MS);
    const renewal = setTimeout(() => this.start(), lifetime);
    try {
      const credential = await promptForPasskey(publicKey, { mediation: 'conditional' });
      if (run === this.#run) this.picked(ceremonyId, credential);
    } finally {
      clearTimeout(renewal);
    }
  }
}
