import type { PasskeyRegistered } from '../../../domain/account/events.js';
import type { PasskeyId } from '../../../domain/kernel/ids.js';
import { personalOf } from '../../../domain/kernel/event.js';
import type { Device } from '../../../domain/policy/device.js';
import type { Reducers } from '../define-projection.js';
import type { ProjectedEvent, Row, Write } from '../projection.js';
import { counted, countedForEach, joined, MEASURES, slotOf } from './counting.js';
import { textOfFacts, UNKNOWN } from './device-facts.js';
import { ACCOUNTS, DEVICES, ENTRIES, NEVER, PASSKEYS } from './tables.js';

/** By what passkeys are told apart over time, each with its column of a passkey's row. */
export const BREAKDOWNS = { storage: 'storage', provider: 'aaguid', platform: 'platform' } as const;

/** `what` of accounts that got their first passkey, or lost their last one. */
export const WITH_PASSKEY = 'accounts';

type Handled = 'PasskeyRegistered' | 'PasskeyUsed' | 'PasskeyRemoved';

export const PASSKEY_REDUCERS: Reducers<Handled> = {
  PasskeyRegistered(projected) {
    const { event, rp, subject } = projected;
    const row = rowOf(projected);
    const [account, entry] = [
      { rp, subject },
      { rp, subject, entry_point: event.data.entryPoint },
    ];
    return [
      { kind: 'put', table: PASSKEYS.name, row },
      { kind: 'tally', table: DEVICES.name, key: { rp, device: row.device }, add: { passkeys: 1 } },
      ...Object.entries(BREAKDOWNS).map(([by, column]) =>
        counted(projected, MEASURES.added, by, row[column]),
      ),
      // In this order: each asks how things were before, or are after, the one beside it.
      countedForEach(
        projected,
        MEASURES.added,
        { what: WITH_PASSKEY, how: '' },
        {
          table: ACCOUNTS.name,
          where: { ...account, has_passkey: 0 },
          key: {},
        },
      ),
      { kind: 'patch', table: ACCOUNTS.name, key: account, set: { has_passkey: 1 }, add: { passkeys: 1 } },
      {
        kind: 'tally',
        table: ENTRIES.name,
        key: entry,
        add: { passkeys: 1 },
        forEach: { table: ACCOUNTS.name, where: account, key: { enrolled_slot: 'enrolled_slot' } },
      },
      countedForEach(
        projected,
        MEASURES.onboarded,
        { what: event.data.entryPoint, how: String(slotOf(event.at)) },
        { table: ENTRIES.name, where: { ...entry, passkeys: 1 }, key: { slot: 'enrolled_slot' } },
      ),
    ];
  },

  PasskeyUsed(projected) {
    const { at, data } = projected.event;
    const used = counted(projected, MEASURES.factors, 'passkey', joined(data.purpose, 'passed'));
    // It was removed: that is what the dispute is about.
    if (data.purpose === 'dispute-reset') return [used];
    return [
      used,
      {
        kind: 'patch',
        table: PASSKEYS.name,
        key: keyOf(projected, data.passkeyId),
        set: { seen_at: at, used: 1 },
      },
    ];
  },

  PasskeyRemoved(projected) {
    const { at, data } = projected.event;
    const key = keyOf(projected, data.passkeyId);
    return [
      ...removedPasskeys(projected, key),
      {
        kind: 'patch',
        table: PASSKEYS.name,
        key,
        set: { removed_at: at, removed_slot: slotOf(at), removed_why: data.why },
      },
      ...accountLosing(projected),
    ];
  },
};

/** What the passkeys that match are counted out of, while they still stand as they were. */
export function removedPasskeys(projected: ProjectedEvent, where: Row): readonly Write[] {
  const { rp } = projected;
  const from = { table: PASSKEYS.name, where: { ...where, removed_at: NEVER } };
  return [
    ...Object.entries(BREAKDOWNS).map(([what, column]) =>
      countedForEach(projected, MEASURES.removed, { what }, { ...from, key: { how: column } }),
    ),
    {
      kind: 'tally',
      table: DEVICES.name,
      key: { rp },
      add: { passkeys: -1 },
      forEach: { ...from, key: { device: 'device' } },
    },
    { kind: 'delete', table: DEVICES.name, where: { rp, passkeys: 0 } },
  ];
}

function accountLosing(projected: ProjectedEvent): readonly Write[] {
  const { rp, subject } = projected;
  const account = { rp, subject };
  const emptied = { ...account, passkeys: 0, has_passkey: 1 };
  return [
    { kind: 'patch', table: ACCOUNTS.name, key: account, add: { passkeys: -1 } },
    countedForEach(
      projected,
      MEASURES.removed,
      { what: WITH_PASSKEY, how: '' },
      {
        table: ACCOUNTS.name,
        where: emptied,
        key: {},
      },
    ),
    { kind: 'amend', table: ACCOUNTS.name, where: emptied, set: { has_passkey: 0 } },
  ];
}

function rowOf(projected: ProjectedEvent<PasskeyRegistered>) {
  const { at, data } = projected.event;
  const device = personalOf<{ readonly device: Device }>(projected.event)?.device;
  return {
    ...keyOf(projected, data.passkeyId),
    registered_at: at,
    registered_slot: slotOf(at),
    removed_at: NEVER,
    removed_slot: NEVER,
    removed_why: null,
    seen_at: at,
    used: 0,
    aaguid: data.aaguid,
    storage: data.backupEligible ? 'synced' : 'device-bound',
    attestation: data.attestation.trust,
    entry_point: data.entryPoint,
    platform: device?.platform ?? UNKNOWN,
    device: device === undefined ? UNKNOWN : textOfFacts(device),
  } satisfies Record<keyof typeof PASSKEYS.columns, unknown>;
}

function keyOf({ rp, subject }: ProjectedEvent, passkeyId: PasskeyId) {
  return { rp, subject, passkey_id: passkeyId };
}
