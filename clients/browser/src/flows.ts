import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import type { Ceremony, Diagnosis, FailureReport, Signals } from './answers.js';
import type { PromptOptions } from './prompts.js';
import { promptForNewPasskey, promptForPasskey, PromptFailed } from './prompts.js';
import { passOnSignals } from './signals.js';

/**
 * How a page asks its backend about one ceremony. What a call answers, and what it throws where it is refused, is the
 * page's own affair.
 */
export interface CeremonyCalls<Options, Credential, Answer> {
  /** Opens the ceremony. */
  readonly start: () => Promise<Ceremony<Options>>;
  /** Shows what the authenticator made of it. */
  readonly finish: (ceremonyId: string, credential: Credential) => Promise<Answer>;
  /** Asks the service why the prompt failed, with the `device` that the page knows. */
  readonly diagnose?: (ceremonyId: string, report: FailureReport) => Promise<Diagnosis | undefined>;
  /** Where the page's errors keep the `signals` of a refusal. */
  readonly signalsOf?: (refusal: unknown) => Signals | undefined;
}

export type RegistrationCalls<Answer> = CeremonyCalls<
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
  Answer
>;
export type AuthenticationCalls<Answer> = CeremonyCalls<
  PublicKeyCredentialRequestOptionsJSON,
  AuthenticationResponseJSON,
  Answer
>;

/** Adds a passkey. @throws PromptFailed; whatever the calls throw */
export function registerPasskey<Answer>(calls: RegistrationCalls<Answer>): Promise<Answer> {
  return carriedOut(calls, promptForNewPasskey);
}

/** Signs in, by a prompt of its own. @throws PromptFailed; whatever the calls throw */
export function signIn<Answer>(
  calls: AuthenticationCalls<Answer>,
  options: PromptOptions = {},
): Promise<Answer> {
  return carriedOut(calls, (publicKey) => promptForPasskey(publicKey, options));
}

/** Approves what a step-up was opened for: `start` answers it. @throws PromptFailed; whatever the calls throw */
export const stepUp = signIn;

async function carriedOut<Options, Credential, Answer>(
  calls: CeremonyCalls<Options, Credential, Answer>,
  prompt: (options: Options) => Promise<Credential>,
): Promise<Answer> {
  const { ceremonyId, publicKey } = await calls.start();
  let credential: Credential;
  try {
    credential = await prompt(publicKey);
  } catch (thrown) {
    throw await explained(calls, ceremonyId, thrown);
  }
  return finished(calls, ceremonyId, credential);
}

/** Shows a credential to the service and tells the device what the answer says of its passkeys, a refusal too. */
export async function finished<Options, Credential, Answer>(
  { finish, signalsOf }: Pick<CeremonyCalls<Options, Credential, Answer>, 'finish' | 'signalsOf'>,
  ceremonyId: string,
  credential: Credential,
): Promise<Answer> {
  try {
    const answer = await finish(ceremonyId, credential);
    passOnSignals(signalsIn(answer));
    return answer;
  } catch (refusal) {
    passOnSignals(signalsOf?.(refusal));
    throw refusal;
  }
}

/** What failed, with what the service makes of it. One that doesn't answer leaves what the platform said. */
async function explained<Options, Credential, Answer>(
  { diagnose }: CeremonyCalls<Options, Credential, Answer>,
  ceremonyId: string,
  thrown: unknown,
): Promise<unknown> {
  if (!(thrown instanceof PromptFailed) || thrown.aborted || diagnose === undefined) return thrown;
  const { report } = thrown;
  const diagnosis = await diagnose(ceremonyId, report).catch(() => undefined);
  passOnSignals(diagnosis?.signals);
  return new PromptFailed(report, diagnosis);
}

function signalsIn(answer: unknown): Signals | undefined {
  return typeof answer === 'object' && answer !== null && 'signals' in answer
    ? (answer.signals as Signals | undefined)
    : undefined;
}
