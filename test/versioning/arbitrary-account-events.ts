import fc from 'fast-check';
import type { AccountEvent, AccountEventOf, AccountEventType } from '../../src/domain/account/events.js';
import type { Redacted } from '../../src/domain/kernel/event.js';
import { as } from '../../src/domain/kernel/ids.js';
import { APP_KINDS, BIOMETRICS, PLATFORMS } from '../../src/domain/policy/device.js';
import type { Cause } from '../../src/application/ports/event-codec.js';

/** Any event of any type, written from the domain's types and not from the schemas that it is to test. */

type Arbitraries<T> = { readonly [Member in keyof T]-?: fc.Arbitrary<Exclude<T[Member], undefined>> };

function record<T>(arbitraries: Arbitraries<T>): fc.Arbitrary<T> {
  return fc.record(arbitraries, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** Any of the members may be absent. */
function partial<T>(arbitraries: Arbitraries<T>): fc.Arbitrary<Partial<T>> {
  return fc.record(arbitraries, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}
