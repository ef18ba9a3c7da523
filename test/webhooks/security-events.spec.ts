import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SecurityEvent } from '../../src/application/ports/security-events.js';
import {
  NO_PROOFS,
  PROOF_CHANGING,
  proofsAfter,
} from '../../src/application/security-events/proofs-before.js';
import {
  SECURITY_EVENT_TYPES,
  securityEventsOf,
} from '../../src/application/security-events/security-events-of.js';
import type { AccountEvent, AccountEventOf } from '../../src/domain/account/events.js';
import { as } from '../../src/domain/kernel/ids.js';
import {
  change,
  cloneSuspected,
  deviceRemoved,
  EMAIL,
  factorsChanged,
  linked,
  NEW_EMAIL,
  registered,
  registeredSecond,
  removed,
  resetCompleted,
  resetDisputed,
} from '../support/account-events.js';
import { ACCOUNT_EVENT_TYPES, arbitraryEvent } from '../versioning/arbitrary-account-events.js';

const given = (...events: readonly AccountEvent[]) => ({
  when: (event: AccountEvent): readonly SecurityEvent[] =>
    securityEventsOf(event, events.reduce(proofsAfter, NO_PROOFS)),
});

const AAGUID = 'fa2b99dc-9e39-4257-8f92-4a30d23c4118';
const second = registeredSecond({ aaguid: AAGUID, transports: ['usb', 'nfc'] });
const of = (event: AccountEventOf<'PasskeyRegistered'>, why: 'user' | 'admin' | 'reset' | 'account-erased') =>
  removed({ passkeyId: event.data.passkeyId, why });

const everySession: SecurityEvent = { kind: 'session-revoked', sessionId: null };
const increase: SecurityEvent = {
  kind: 'assurance-level-change',
  currentLevel: 'nist-aal2',
  previousLevel: 'nist-aal1',
};
const decrease: SecurityEvent = {
  kind: 'assurance-level-change',
  currentLevel: 'nist-aal1',
  previousLevel: 'nist-aal2',
};
const key = (changeType: 'create' | 'revoke' | 'delete'): SecurityEvent => ({
  kind: 'credential-change',
  credentialType: 'fido2-roaming',
  changeType,
  aaguid: AAGUID,
});
const platform = (changeType: 'create' | 'revoke' | 'delete'): SecurityEvent => ({
  kind: 'credential-change',
  credentialType: 'fido2-platform',
  changeType,
  aaguid: null,
});

const builtIn = registered({
  aaguid: '00000000-0000-0000-0000-000000000000',
  transports: ['hybrid', 'internal'],
});

describe('security events of passkeys', () => {
  it('are a credential, and a level with the first', () => {
    expect(given().when(builtIn)).toStrictEqual([platform('create'), increase]);
    expect(given(builtIn).when(second)).toStrictEqual([key('create')]);
  });

  it('are a level again with the last that is removed, by whomever', () => {
    expect(given(builtIn, second).when(of(second, 'user'))).toStrictEqual([key('delete')]);
    expect(given(builtIn, second, of(builtIn, 'admin')).when(of(second, 'user'))).toStrictEqual([
      key('delete'),
      decrease,
    ]);
    expect(given(builtIn).when(of(builtIn, 'admin'))).toStrictEqual([platform('revoke'), decrease]);
    expect(given(builtIn).when(of(builtIn, 'reset'))).toStrictEqual([platform('revoke'), decrease]);
  });

  it('are none of an erased account, whose id is known no more', () => {
    expect(given(builtIn).when(of(builtIn, 'account-erased'))).toStrictEqual([]);
  });

  it('are a revocation where one that may be copied is suspended, and none where it goes on', () => {
    const { passkeyId } = second.data;
    const suspected = (consequence: 'flagged' | 'suspended') => cloneSuspected({ passkeyId, consequence });
    expect(given(builtIn, second).when(suspected('flagged'))).toStrictEqual([]);
    expect(given(builtIn, second).when(suspected('suspended'))).toStrictEqual([key('revoke')]);
    expect(given(second).when(suspected('suspended'))).toStrictEqual([key('revoke'), decrease]);
    expect(given(second, suspected('flagged')).when(of(second, 'user'))).toStrictEqual([
      key('delete'),
      decrease,
    ]);
    expect(given(second, suspected('suspended')).when(of(second, 'user'))).toStrictEqual([key('delete')]);
  });

  it.each([
    [['internal'], 'fido2-platform'],
    [['internal', 'usb'], 'fido2-platform'],
    [['hybrid'], 'fido2-platform'],
    [[], 'fido2-platform'],
    [['usb'], 'fido2-roaming'],
    [['nfc', 'hybrid'], 'fido2-roaming'],
    [['ble'], 'fido2-roaming'],
    [['smart-card'], 'fido2-roaming'],
  ] as const)('with transports %j are of a credential that is %s', (transports, credentialType) => {
    expect(given().when(registered({ transports }))[0]).toMatchObject({ credentialType });
  });
});

describe('security events of what proves an account', () => {
  const changed = (...parts: Parameters<typeof factorsChanged>) => factorsChanged(...parts);

  it('are a credential for each factor that counts from now on or no more, and the end of sessions', () => {
    expect(
      given().when(
        changed({
          changes: [change('email', 'confirmed'), change('totp', 'removed'), change('sms', 'proposed')],
          contacts: { email: NEW_EMAIL },
          previous: { email: EMAIL, totpSecret: 'x' },
          securityEpoch: 1,
        }),
      ),
    ).toStrictEqual([
      { kind: 'credential-change', credentialType: 'email', changeType: 'update', aaguid: null },
      { kind: 'credential-change', credentialType: 'app', changeType: 'delete', aaguid: null },
      everySession,
    ]);
    expect(
      given().when(changed({ changes: [change('sms', 'confirmed')], previous: {}, securityEpoch: 1 }))[0],
    ).toStrictEqual({
      kind: 'credential-change',
      credentialType: 'phone-sms',
      changeType: 'create',
      aaguid: null,
    });
  });

  it('are none of what is only proposed, or withdrawn, or was never there', () => {
    for (const kind of ['proposed', 'withdrawn', 'removed'] as const) {
      const event = changed({ changes: [change('email', kind)], previous: {}, securityEpoch: 0 });
      expect(given().when(event)).toStrictEqual([]);
    }
  });

  it('are the end of sessions where the security epoch was raised, and only there', () => {
    expect(given().when(linked())).toStrictEqual([]);
    expect(given().when({ ...linked(), data: { ...linked().data, securityEpoch: 1 } })).toStrictEqual([
      everySession,
    ]);
    expect(given().when(resetCompleted({ securityEpoch: 1 }))).toStrictEqual([everySession]);
    expect(
      given(resetCompleted({ securityEpoch: 1 })).when(resetDisputed({ securityEpoch: 2 })),
    ).toStrictEqual([everySession]);
    expect(
      given(resetCompleted({ securityEpoch: 2 })).when(resetDisputed({ securityEpoch: 2 })),
    ).toStrictEqual([]);
  });

  it('are the end of each session that ended with a device', () => {
    expect(given().when(deviceRemoved({ endedSessions: [as('s-1'), as('s-2')] }))).toStrictEqual([
      { kind: 'session-revoked', sessionId: 's-1' },
      { kind: 'session-revoked', sessionId: 's-2' },
    ]);
  });
});

it('what went before is known from the types that are read, whatever else happened', () => {
  const anyEvent = fc.constantFrom(...ACCOUNT_EVENT_TYPES).chain(arbitraryEvent);
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const read = events.filter(({ type }) => PROOF_CHANGING.has(type));
      expect(read.reduce(proofsAfter, NO_PROOFS)).toStrictEqual(events.reduce(proofsAfter, NO_PROOFS));
    }),
  );
});

it('no type is a security event but those that are listed, and none holds a member of a personal part', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ACCOUNT_EVENT_TYPES).chain(arbitraryEvent), (event) => {
      const told = securityEventsOf(event, NO_PROOFS);
      if (!SECURITY_EVENT_TYPES.includes(event.type)) expect(told).toStrictEqual([]);
      const members = new Set(told.flatMap((one) => Object.keys(one)));
      for (const personal of Object.keys(event.personal)) expect(members).not.toContain(personal);
    }),
  );
});
