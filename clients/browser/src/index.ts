export { AutofillSignIn } from './autofill-sign-in.js';
export type { OpenSignIn } from './autofill-sign-in.js';
export type { Cause, Ceremony, Diagnosis, FailureReport, Signals } from './answers.js';
export { detectDevice } from './device.js';
export type { Device, Platform } from './device.js';
export { deviceTokenFor, keepDeviceToken } from './device-tokens.js';
export { finished, registerPasskey, signIn, stepUp } from './flows.js';
export type { AuthenticationCalls, CeremonyCalls, RegistrationCalls } from './flows.js';
export {
  cancelPrompt,
  passkeysSupported,
  promptForNewPasskey,
  promptForPasskey,
  PromptFailed,
} from './prompts.js';
export type { Hint, PromptOptions } from './prompts.js';
export { passOnSignals } from './signals.js';
export type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
