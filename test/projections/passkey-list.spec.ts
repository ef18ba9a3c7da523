import { describe, expect, it } from '@jest/globals';
import { passkeyList } from '../../src/application/projections/passkey-list.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { as } from '../../src/domain/kernel/ids.js';
import { projected, sample, sealedText } from './account-events.js';

const KEY = { rp: 'mpchat', subject: 'subject-1', passkey_id: 'passkey-1' };
const patched = (set: object) => [{ kind: 'patch', table: 'passkey-list', key: KEY, set }];

describe('passkey-list', () => {
  it('adds a row for a registered passkey, never used yet, its name sealed for that row', () => {
    expect(passkeyList.when(projected(sample('PasskeyRegistered')))).toStrictEqual([
      {
        kind: 'put',
        table: 'passkey-list',
        row: {
          ...KEY,
          name: sealedText('passkey-list|passkey-1|name', 'iPhone 15 Pro'),
          created_at: 1_800,
          revision: 4,
          last_used_at: null,
          aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
          transports: '["hybrid","internal"]',
          backup_eligible: 1,
          backed_up: 0,
          capabilities: '["cross-device","scan","face"]',
          status: 'active',
          algorithm: -7,
          sensitive_actions_from: 1_900,
        },
      },
    ]);
  });

  it('seals the new name of a renamed passkey', () => {
    const name = sealedText('passkey-list|passkey-1|name', 'Ann’s phone');
    expect(passkeyList.when(projected(sample('PasskeyRenamed')))).toStrictEqual(patched({ name }));
  });

  it('keeps when a passkey was last used and whether it is backed up now', () => {
    const writes = passkeyList.when(projected(sample('PasskeyUsed')));
    expect(writes).toStrictEqual(patched({ last_used_at: 2_000, backed_up: 1 }));
  });

  it('shows a passkey as suspended when its clone was suspected with that consequence', () => {
    const writes = passkeyList.when(projected(sample('PasskeyCloneSuspected')));
    expect(writes).toStrictEqual(patched({ status: 'suspended' }));
  });

  it('leaves a passkey active whose clone suspicion was only flagged', () => {
    const { data, ...event } = sample('PasskeyCloneSuspected');
    const flagged = { ...event, data: { ...data, consequence: 'flagged' as const } };
    expect(passkeyList.when(projected(flagged))).toStrictEqual([]);
  });

  it('deletes the row of a removed passkey', () => {
    expect(passkeyList.when(projected(sample('PasskeyRemoved')))).toStrictEqual([
      { kind: 'delete', table: 'passkey-list', where: KEY },
    ]);
  });

  it('seals two passkeys for two places', () => {
    const { data, ...event } = sample('PasskeyRenamed');
    const other = { ...event, data: { ...data, passkeyId: as<typeof data.passkeyId>('passkey-2') } };
    const [write] = passkeyList.when(projected(other));
    expect(write).toMatchObject({ set: { name: sealedText('passkey-list|passkey-2|name', 'Ann’s phone') } });
  });

  it('leaves the name empty where the account was erased', () => {
    const erased = { ...sample('PasskeyRenamed'), personal: REDACTED } as const;
    expect(passkeyList.when(projected(erased))).toStrictEqual(patched({ name: null }));
    expect(passkeyList.when(projected(sample('PasskeyRenamed'), { seal: () => null }))).toStrictEqual(
      patched({ name: null }),
    );
  });

  it('handles what changes the list, and refuses any other event', () => {
    expect(passkeyList.handles).toStrictEqual([
      'PasskeyRegistered',
      'PasskeyRenamed',
      'PasskeyUsed',
      'PasskeyCloneSuspected',
      'PasskeyRemoved',
      'AccountErased',
    ]);
    expect(() => passkeyList.when(projected(sample('AccountLocked')))).toThrow(
      "passkey-list doesn't handle AccountLocked",
    );
  });
});
