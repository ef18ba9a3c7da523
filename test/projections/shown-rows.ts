import { accountOverviewContext } from '../../src/application/projections/account-overview.js';
import { passkeyNameContext } from '../../src/application/projections/passkey-list.js';
import type { Row } from '../../src/application/projections/projection.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { openJson } from '../../src/application/sealed-json.js';
import { approvalDeviceContext } from '../../src/application/projections/sign-in-approvals.js';
import { trustedDeviceContext } from '../../src/application/projections/trusted-devices.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { DataFolder, ReadSide } from './read-side.js';
import { keyOf } from './read-side.js';

const OVERVIEW_COLUMNS = [
  'account_id',
  'display_name',
  'phone',
  'email',
  'pending_phone',
  'pending_email',
] as const;

/** Every row that readers see, with what is sealed in it opened: sealing twice never gives the same bytes. */
export async function shownRows(
  folder: DataFolder,
  { readModels }: ReadSide,
): Promise<Record<string, unknown[]>> {
  const shown: Record<string, unknown[]> = {};
  for (const { name, tables } of PROJECTIONS) {
    const opened: object[] = [];
    for (const { name: table } of tables) {
      for (const row of await readModels.list(name, { table, where: {} }))
        // Counted and taken back is as good as never counted.
        if (row['count'] !== 0) opened.push(await open(folder, name, row));
    }
    shown[name] = opened.map((row) => JSON.stringify(row)).sort();
  }
  return shown;
}

async function open(folder: DataFolder, projection: string, row: Row): Promise<object> {
  const subject = String(row['subject']);
  const key = await keyOf(folder, subject);
  const opened = (column: string, context: string) => {
    const sealed = row[column];
    return sealed instanceof Uint8Array && key !== undefined ? openJson(key, context, sealed) : null;
  };
  switch (projection) {
    case 'passkey-list':
      return { ...row, name: opened('name', passkeyNameContext(as(String(row['passkey_id'])))) };
    case 'account-overview': {
      const columns = OVERVIEW_COLUMNS.map((column): [string, unknown] => [
        column,
        opened(column, accountOverviewContext(as(subject), column)),
      ]);
      return { ...row, ...Object.fromEntries<unknown>(columns) };
    }
    case 'event-log':
      return { ...row, hashes: Array.from(row['hashes'] as Uint8Array) };
    case 'trusted-devices':
      return { ...row, device: opened('device', trustedDeviceContext(as(String(row['device_id'])))) };
    case 'sign-in-approvals':
      return { ...row, device: opened('device', approvalDeviceContext(as(String(row['approval_id'])))) };
    default:
      return row;
  }
}
