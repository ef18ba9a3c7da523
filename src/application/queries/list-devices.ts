import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { DeviceId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { DeviceView } from '../accounts/device-views.js';
import { deviceView } from '../accounts/device-views.js';
import type { DeviceModels } from '../ports/device-models.js';
import { DEVICE_MODELS } from '../ports/device-models.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import { trustedDeviceContext, trustedDevices } from '../projections/trusted-devices.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, openDevice, textOf } from './sealed-column.js';

export interface DeviceList {
  readonly devices: readonly (DeviceView & {
    readonly deviceId: DeviceId;
    readonly trustedAt: Instant;
    /** Of the latest sign-in on it. */
    readonly lastUsedAt: Instant;
    /** Whether it is the one that asks. */
    readonly current: boolean;
  })[];
}

export class ListDevicesQuery extends Query<Reading<DeviceList>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    /** Of the device that asks; null where it shows none. */
    readonly deviceToken: string | null,
  ) {
    super();
  }
}

@QueryHandler(ListDevicesQuery)
export class ListDevicesHandler implements IQueryHandler<ListDevicesQuery> {
  constructor(
    private readonly reader: AccountReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(DEVICE_MODELS) private readonly models: DeviceModels,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
  ) {}

  execute(query: ListDevicesQuery): Promise<Reading<DeviceList>> {
    const { deviceToken } = query;
    const asking = deviceToken === null ? null : this.identifiers.sha256(deviceToken);
    return this.reader.read(query, trustedDevices.name, async ({ subject, key }) => {
      const rows = await this.readModels.list(trustedDevices.name, {
        table: trustedDevices.name,
        where: { rp: query.policy.slug, subject },
        orderBy: 'revision',
      });
      return {
        devices: rows.map((row) => {
          const deviceId = as<DeviceId>(textOf(row, 'device_id'));
          const device = openDevice(row, 'device', trustedDeviceContext(deviceId), key);
          return {
            deviceId,
            ...deviceView(device, this.models),
            trustedAt: numberOf(row, 'trusted_at'),
            lastUsedAt: numberOf(row, 'last_used_at'),
            current: textOf(row, 'token_hash') === asking,
          };
        }),
      };
    });
  }
}
