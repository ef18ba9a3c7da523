import type { z } from 'zod';
import type { AccountEvent } from '../../domain/account/events.js';
import { enrolmentEvents } from './enrolment-events.js';
import type { EventCatalogue, EventDefinition, PersonalOf } from './event-definition.js';
import { passkeyEvents } from './passkey-events.js';
import { resetEvents } from './reset-events.js';
import { securityCheckEvents } from './security-check-events.js';
import { signInEvents } from './sign-in-events.js';
import { stepUpEvents } from './step-up-events.js';

const definitions = {
  ...enrolmentEvents,
  ...securityCheckEvents,
  ...passkeyEvents,
  ...stepUpEvents,
  ...resetEvents,
  ...signInEvents,
};

/** Every event that can happen to an account. It doesn't compile while it differs from the domain's own types. */
export const ACCOUNT_EVENTS: EventCatalogue<AccountEvent> & Faithful<typeof definitions> = definitions;

/** Each definition as it is, or `never` where its schemas and the domain's type are not one and the same. */
type Faithful<Definitions extends Record<string, EventDefinition>> = {
  [Type in keyof Definitions]: [
    Same<z.output<Definitions[Type]['data']>, Extract<AccountEvent, { type: Type }>['data']>,
    Same<z.output<Definitions[Type]['personal']>, PersonalOf<Extract<AccountEvent, { type: Type }>>>,
  ] extends [true, true]
    ? Definitions[Type]
    : never;
};

/** Assignability both ways would overlook an optional member that one side lacks. */
type Same<One, Other> =
  (<T>() => T extends Frozen<One> ? 1 : 2) extends <T>() => T extends Frozen<Other> ? 1 : 2 ? true : false;

type Frozen<T> = T extends string | number | boolean | null
  ? T
  : { readonly [Member in keyof T]: Frozen<T[Member]> };
