import type { SimulatedVerdict } from '../../src/infrastructure/liveness/simulator.js';
import type { Person, Position, Registered, Registration } from './journeys.js';
import { answered, PHONE } from './journeys.js';
import type { Answer } from './running-server.js';
import type { SoftwareAuthenticator } from './software-authenticator.js';

export interface RequestedReset extends Position {
  readonly resetId: string;
  readonly resetSecret: string;
  readonly provider: string;
  readonly clientToken: string;
  readonly url?: string;
  readonly expiresAt: string;
}

export async function requestReset(person: Person): Promise<RequestedReset> {
  return answered(await person.call('POST', '/resets', { body: {} }), 201);
}

/** The simulator's button. */
export function pressed(
  { server }: Person,
  { resetId }: { readonly resetId: string },
  verdict: SimulatedVerdict,
): Promise<Answer> {
  return server.call('POST', `/dev/liveness/${resetId}`, { key: null, body: { verdict } });
}

/** How far it has come, after everything that was answered so far. */
export async function resetStatus(
  person: Person,
  { resetId }: { readonly resetId: string },
): Promise<Readonly<Record<string, unknown>>> {
  return answered(await person.call('GET', `/resets/${resetId}?after=${await person.now()}`), 200);
}

export async function passedReset(person: Person): Promise<RequestedReset> {
  const reset = await requestReset(person);
  answered(await pressed(person, reset, 'passed'), 200);
  return reset;
}

export function startAfter(
  person: Person,
  { resetId, resetSecret }: Pick<RequestedReset, 'resetId' | 'resetSecret'>,
): Promise<Answer> {
  const body = { resetId, resetSecret, device: PHONE, entryPoint: 'security-center' };
  return person.call('POST', '/passkeys/registrations', { body });
}

/** Adds the new passkey with the reset's secret, on the device that is signed in on from then on. */
export async function registerAfter(
  person: Person,
  reset: Pick<RequestedReset, 'resetId' | 'resetSecret'>,
  authenticator: SoftwareAuthenticator = person.authenticator,
): Promise<Registered> {
  const started = answered<Registration>(await startAfter(person, reset), 201);
  const registered = answered<Registered>(
    await person.register(started.ceremonyId, person.create(started, authenticator)),
    201,
  );
  person.deviceToken = registered.deviceToken;
  return registered;
}

/** By the proof of a passkey that the person has, or had. */
export async function stopReset(
  person: Person,
  { resetId }: { readonly resetId: string },
  how: 'cancel' | 'dispute',
): Promise<Answer> {
  const { token } = await person.proofFor(`${how}-reset`, { resetId });
  return person.call('POST', `/resets/${resetId}/${how}`, { headers: { 'step-up-token': token } });
}
