import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cancelPrompt, finished, PromptFailed, registerPasskey, signIn, stepUp } from '../src/index.js';
import type { AuthenticationCalls, Diagnosis, FailureReport, Signals } from '../src/index.js';

/** What the browser would be: the prompts and the Signal API, as WebAuthn L3 has them. */
class Platform {
  readonly asked: CredentialRequestOptions[] = [];
  readonly signalled: [name: string, options: unknown][] = [];
  prompt: (options: CredentialRequestOptions) => Promise<unknown> = () => Promise.resolve(ASSERTED);

  install(): void {
    const credential = Object.assign(() => undefined, {
      isUserVerifyingPlatformAuthenticatorAvailable: () => Promise.resolve(true),
      ...Object.fromEntries(
        ['signalUnknownCredential', 'signalAllAcceptedCredentials', 'signalCurrentUserDetails'].map(
          (name) => [
            name,
            (options: unknown) => {
              this.signalled.push([name, options]);
              return Promise.reject(new Error('nobody waits for it'));
            },
          ],
        ),
      ),
    });
    const ask = (options: CredentialRequestOptions): Promise<unknown> => {
      this.asked.push(options);
      return this.prompt(options);
    };
    Object.defineProperty(globalThis, 'PublicKeyCredential', { value: credential, configurable: true });
    Object.defineProperty(globalThis, 'navigator', {
      value: { credentials: { get: ask, create: ask } },
      configurable: true,
    });
    Object.defineProperty(globalThis, 'location', { value: { hostname: 'localhost' }, configurable: true });
    Object.defineProperty(globalThis, 'window', { value: globalThis, configurable: true });
  }
}

const BYTES = Uint8Array.of(1, 2, 3).buffer;
const ASSERTED = {
  id: 'AQID',
  rawId: BYTES,
  type: 'public-key',
  authenticatorAttachment: 'platform',
  response: { clientDataJSON: BYTES, authenticatorData: BYTES, signature: BYTES, userHandle: BYTES },
  getClientExtensionResults: () => ({}),
};
const OPENED = { ceremonyId: 'ceremony-1', publicKey: { challenge: 'AQID', rpId: 'localhost' } };
const SIGNALS: Signals = { unknownCredential: { rpId: 'localhost', credentialId: 'AQID' } };
const DIAGNOSIS: Diagnosis = {
  diagnosis: { code: 'closed', meaning: 'The prompt was closed.', next: ['Try again.'] },
  signals: SIGNALS,
};

let platform: Platform;
beforeEach(() => {
  platform = new Platform();
  platform.install();
});
afterEach(() => {
  for (const name of ['PublicKeyCredential', 'navigator', 'location', 'window'])
    Reflect.deleteProperty(globalThis, name);
});

/** What the page's backend was asked, in order. */
function backend(more: Partial<AuthenticationCalls<object>> = {}) {
  const calls: unknown[] = [];
  const made: AuthenticationCalls<object> = {
    start: () => {
      calls.push('start');
      return Promise.resolve(OPENED);
    },
    finish: (ceremonyId, { id }) => {
      calls.push(['finish', ceremonyId, id]);
      return Promise.resolve({ status: 'signed-in', signals: SIGNALS });
    },
    diagnose: (ceremonyId, report) => {
      calls.push(['diagnose', ceremonyId, report]);
      return Promise.resolve(DIAGNOSIS);
    },
    ...more,
  };
  return { calls, made };
}

const failure = (run: Promise<unknown>): Promise<unknown> => run.catch((error: unknown) => error);

describe('a ceremony in the browser', () => {
  it.each([
    ['signing in', signIn],
    ['a step-up', stepUp],
  ])('of %s opens, prompts, finishes, and tells the device what came of it', async (_what, ceremony) => {
    const { calls, made } = backend();
    expect(await ceremony(made)).toStrictEqual({ status: 'signed-in', signals: SIGNALS });
    expect(calls).toStrictEqual(['start', ['finish', 'ceremony-1', 'AQID']]);
    expect(platform.signalled).toStrictEqual([['signalUnknownCredential', SIGNALS.unknownCredential]]);
  });

  it('takes the user where a hint says that the passkey is', async () => {
    await signIn(backend().made, { hint: 'hybrid' });
    expect(platform.asked).toMatchObject([{ publicKey: { hints: ['hybrid'], rpId: 'localhost' } }]);
  });

  it.each([
    'NotAllowedError',
    'InvalidStateError',
    'SecurityError',
    'NotSupportedError',
    'ConstraintError',
    'UnknownError',
  ])('whose prompt fails as %s asks why, by the platform’s own name for it', async (name) => {
    platform.prompt = () => Promise.reject(new DOMException('said by the platform', name));
    const { calls, made } = backend();
    const failed = await failure(signIn(made));
    const report: FailureReport = {
      error: { name, message: 'said by the platform' },
      elapsedMs: expect.any(Number) as unknown as number,
      mediation: 'optional',
    };
    expect(failed).toBeInstanceOf(PromptFailed);
    expect(failed).toMatchObject({
      report,
      diagnosis: DIAGNOSIS,
      message: 'The prompt was closed.',
      aborted: false,
    });
    expect(calls).toStrictEqual(['start', ['diagnose', 'ceremony-1', report]]);
    expect(platform.signalled).toHaveLength(1);
  });

  it('of registering whose prompt fails asks why as well', async () => {
    platform.prompt = () => Promise.reject(new DOMException('it has one', 'InvalidStateError'));
    const { made } = backend();
    const { start: _start, finish: _finish, ...rest } = made;
    const failed = await failure(
      registerPasskey({
        ...rest,
        start: () =>
          Promise.resolve({
            ceremonyId: 'ceremony-2',
            publicKey: {
              challenge: 'AQID',
              rp: { name: 'Latchkey', id: 'localhost' },
              user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
              pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            },
          }),
        finish: () => Promise.reject(new Error('there is nothing to finish')),
      }),
    );
    expect(failed).toMatchObject({ report: { error: { name: 'InvalidStateError' } }, diagnosis: DIAGNOSIS });
  });

  it('that the page ends asks nobody', async () => {
    platform.prompt = ({ signal }) =>
      new Promise((_answer, refuse) => {
        signal?.addEventListener('abort', () => refuse(signal.reason as Error));
      });
    const { calls, made } = backend();
    const failed = failure(signIn(made));
    await Promise.resolve();
    await Promise.resolve();
    cancelPrompt();
    expect(await failed).toMatchObject({ aborted: true, diagnosis: undefined });
    expect(calls).toStrictEqual(['start']);
  });

  it('that nobody can explain fails as the platform said', async () => {
    platform.prompt = () => Promise.reject(new DOMException('said by the platform', 'NotAllowedError'));
    const { made } = backend({ diagnose: () => Promise.reject(new Error('no network')) });
    expect(await failure(signIn(made))).toMatchObject({
      message: 'said by the platform',
      diagnosis: undefined,
    });
  });

  it('that is refused tells the device what the refusal says of its passkey', async () => {
    const refusal = Object.assign(new Error('refused'), { details: { signals: SIGNALS } });
    const { made } = backend({
      finish: () => Promise.reject(refusal),
      signalsOf: (error) => (error as typeof refusal).details.signals,
    });
    expect(await failure(signIn(made))).toBe(refusal);
    expect(await failure(finished(made, 'ceremony-1', {} as never))).toBe(refusal);
    expect(platform.signalled).toHaveLength(2);
  });
});
