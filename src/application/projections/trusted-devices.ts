import { personalOf } from '../../domain/kernel/event.js';
import type { DeviceId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { defineProjection } from './define-projection.js';
import { deletedAccount } from './deleted-account.js';
import type { ProjectedEvent, Table, Write } from './projection.js';
import { sealContext } from '../sealed-json.js';

/** One row for each device that an account trusts now. Of a removed one nothing is left here. */
const DEVICES = {
  name: 'trusted-devices',
  columns: {
    rp: 'text',
    subject: 'text',
    device_id: 'text',
    device: 'blob',
    /** Of its token, by which the device that asks finds itself. */
    token_hash: 'text',
    why: 'text',
    trusted_at: 'integer',
    /** Of the event: the order in which devices were trusted, which two of one moment have as well. */
    revision: 'integer',
    last_used_at: 'integer',
  },
  primaryKey: ['rp', 'subject', 'device_id'],
} as const satisfies Table;

/** What the sealed `device` of a row is bound to. */
export function trustedDeviceContext(deviceId: DeviceId): string {
  return sealContext(DEVICES.name, deviceId, 'device');
}

export const trustedDevices = defineProjection({
  name: 'trusted-devices',
  version: 3,
  tables: [DEVICES],
  readsPersonal: ['DeviceTrusted'],
  on: {
    DeviceTrusted({ event, revision, rp, subject, seal }) {
      const { deviceId, tokenHash, why } = event.data;
      const device = personalOf(event)?.device ?? null;
      return [
        {
          kind: 'put',
          table: DEVICES.name,
          row: {
            rp,
            subject,
            device_id: deviceId,
            device: device === null ? null : seal(trustedDeviceContext(deviceId), device),
            token_hash: tokenHash,
            why,
            trusted_at: event.at,
            revision,
            last_used_at: event.at,
          },
        },
      ];
    },

    PasskeyUsed: (projected) => used(projected, projected.event.data.deviceId, projected.event.at),
    SignedInByFallback: (projected) => used(projected, projected.event.data.deviceId, projected.event.at),

    DeviceRemoved({ event, rp, subject }) {
      const where = { rp, subject, device_id: event.data.deviceId };
      return [{ kind: 'delete', table: DEVICES.name, where }];
    },

    AccountErased: (projected) => [deletedAccount(projected, DEVICES)],
  },
});

function used({ rp, subject }: ProjectedEvent, deviceId: DeviceId | null, at: Instant): readonly Write[] {
  if (deviceId === null) return [];
  const key = { rp, subject, device_id: deviceId };
  return [{ kind: 'patch', table: DEVICES.name, key, set: { last_used_at: at } }];
}
