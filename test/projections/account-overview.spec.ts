import { describe, expect, it } from '@jest/globals';
import { accountOverview } from '../../src/application/projections/account-overview.js';
import type { FactorsChanged } from '../../src/domain/account/events.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { EVERY_TYPE, projected, sample, sealedText } from './account-events.js';

const KEY = { rp: 'mpchat', subject: 'subject-1' };

/** The change of an account's row by one event, the time and revision of which every change sets. */
const patched = (at: number, set: object, more: object = {}) => [
  {
    kind: 'patch',
    table: 'account-overview',
    key: KEY,
    set: { ...set, last_event_at: at, revision: 4 },
    ...more,
  },
];

const sealedFor = (column: string, value: string) =>
  sealedText(`account-overview|subject-1|${column}`, value);

function factorsChanged(
  data: Partial<FactorsChanged['data']>,
  contacts: { readonly phone?: string; readonly email?: string; readonly totpSecret?: string } = {},
): FactorsChanged {
  const event = sample('FactorsChanged');
  return { ...event, data: { ...event.data, ...data }, personal: { contacts, previous: {} } };
}

describe('account-overview', () => {
  it('adds a row for an enrolled account, every piece of personal data sealed by itself', () => {
    expect(accountOverview.when(projected(sample('AccountEnrolled'), { revision: 0 }))).toStrictEqual([
      {
        kind: 'put',
        table: 'account-overview',
        row: {
          ...KEY,
          user_handle: 'dXNlcg',
          account_id: sealedFor('account_id', 'ann@example.com'),
          display_name: sealedFor('display_name', 'Ann'),
          phone: sealedFor('phone', '+8618591234565'),
          email: sealedFor('email', 'ann@example.com'),
          pending_phone: null,
          pending_email: null,
          pending_totp: 0,
          factors: '["sms","email"]',
          locale: null,
          passkey_count: 0,
          locked_until: null,
          phone_cooling_off_until: null,
          reset_cooling_off_until: null,
          open_reset: null,
          open_reset_status: null,
          disabled_sms: 0,
          disabled_email: 0,
          disabled_totp: 0,
          disabled_password: 0,
          email_cooling_off_until: null,
          open_reset_until: null,
          disputed: 0,
          reset_required: 0,
          entry_points: '{}',
          security_epoch: 0,
          created_at: 1_000,
          last_event_at: 1_000,
          revision: 0,
        },
      },
    ]);
  });

  it('leaves what an account doesn’t have, or has no more, empty', () => {
    const event = sample('AccountEnrolled');
    const without = { ...event, personal: REDACTED } as const;
    const [write] = accountOverview.when(projected(without));
    expect(write).toMatchObject({
      row: { account_id: null, display_name: null, phone: null, email: null },
    });
  });

  it('keeps a proposed phone beside the confirmed one, which still counts', () => {
    const event = factorsChanged({}, { phone: '+8613800138000' });
    expect(accountOverview.when(projected(event))).toStrictEqual(
      patched(1_100, {
        pending_phone: sealedFor('pending_phone', '+8613800138000'),
        factors: '["sms","email"]',
        security_epoch: 0,
      }),
    );
  });

  it('replaces the email and ends the proposal when the new one is confirmed', () => {
    const event = factorsChanged(
      { changes: [{ factor: 'email', change: 'confirmed' }], factors: ['email'], securityEpoch: 3 },
      { email: 'new@example.com' },
    );
    expect(accountOverview.when(projected(event))).toStrictEqual(
      patched(1_100, {
        pending_email: null,
        disabled_email: 0,
        email: sealedFor('email', 'new@example.com'),
        factors: '["email"]',
        security_epoch: 3,
      }),
    );
  });

  it('forgets a removed phone, its proposal too, and shows until when actions stop', () => {
    const event = factorsChanged({
      changes: [{ factor: 'sms', change: 'removed' }],
      factors: ['email'],
      securityEpoch: 1,
      phoneCoolingOffUntil: 8_000,
    });
    expect(accountOverview.when(projected(event))).toStrictEqual(
      patched(1_100, {
        pending_phone: null,
        phone: null,
        disabled_sms: 0,
        phone_cooling_off_until: 8_000,
        factors: '["email"]',
        security_epoch: 1,
      }),
    );
  });

  it.each([
    ['proposed', { pending_totp: 1 }],
    ['withdrawn', { pending_totp: 0 }],
    ['confirmed', { pending_totp: 0, disabled_totp: 0 }],
    ['removed', { pending_totp: 0, disabled_totp: 0 }],
  ] as const)(
    'of an authenticator app that was %s keeps whether it is pending or disabled, never its secret',
    (change, columns) => {
      const event = factorsChanged(
        { changes: [{ factor: 'totp', change }], factors: ['sms'] },
        { totpSecret: 'JBSWY3DPEHPK3PXP' },
      );
      expect(accountOverview.when(projected(event))).toStrictEqual(
        patched(1_100, { ...columns, factors: '["sms"]', security_epoch: 0 }),
      );
    },
  );

  it('shows a changed display name', () => {
    const writes = accountOverview.when(projected(sample('AccountDetailsChanged')));
    expect(writes).toStrictEqual(patched(1_200, { display_name: sealedFor('display_name', 'Ann Lee') }));
  });

  it('shows a lock until it is lifted', () => {
    expect(accountOverview.when(projected(sample('AccountLocked')))).toStrictEqual(
      patched(1_600, { locked_until: 9_000 }),
    );
    expect(accountOverview.when(projected(sample('AccountUnlocked')))).toStrictEqual(
      patched(1_700, { locked_until: null, disputed: 0 }),
    );
  });

  it.each([
    ['LivenessResetCompleted', {}],
    ['LivenessResetDisputed', { disputed: 1 }],
  ] as const)('shows no proposal of before a %s', (type, more) => {
    const [write] = accountOverview.when(projected(sample(type)));
    expect(write).toMatchObject({
      set: { pending_phone: null, pending_email: null, pending_totp: 0, ...more },
    });
  });

  it('counts a passkey and notes at which entry point it was created, and when', () => {
    expect(accountOverview.when(projected(sample('PasskeyRegistered')))).toStrictEqual(
      patched(
        1_800,
        {},
        {
          add: { passkey_count: 1 },
          addMembers: { entry_points: { 'wallet-onboarding': 1_800 } },
        },
      ),
    );
  });

  it('counts a removed passkey no more', () => {
    const writes = accountOverview.when(projected(sample('PasskeyRemoved')));
    expect(writes).toStrictEqual(patched(2_200, {}, { add: { passkey_count: -1 } }));
  });

  it.each([
    'LivenessSubjectLinked',
    'SecurityCheckPassed',
    'SecurityCheckFailed',
    'PasskeyRenamed',
    'PasskeyUsed',
    'PasskeyCloneSuspected',
    'StepUpPassed',
    'StepUpDenied',
    'StepUpConsumed',
  ] as const)('notes of a %s only when it was', (type) => {
    const event = sample(type);
    expect(accountOverview.when(projected(event))).toStrictEqual(patched(event.at, {}));
  });

  it('handles every event there is', () => {
    expect([...accountOverview.handles].sort()).toStrictEqual([...EVERY_TYPE].sort());
  });
});
