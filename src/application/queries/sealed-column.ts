import { REDACTED } from '../../domain/kernel/event.js';
import type { Device } from '../../domain/policy/device.js';
import type { AccountKey } from '../ports/keyring.js';
import type { Row } from '../projections/projection.js';
import { openJson } from '../sealed-json.js';

/** The text of a sealed column: null where the column is, `redacted` where the account's key was destroyed. */
export function openText(
  row: Row,
  column: string,
  context: string,
  key: AccountKey | undefined,
): string | null {
  const sealed = row[column];
  if (!(sealed instanceof Uint8Array)) return null;
  if (key === undefined) return REDACTED;
  const value = openJson(key, context, sealed);
  if (typeof value !== 'string')
    throw new TypeError(`column ${column} was sealed with something else than text`);
  return value;
}

/** The device in a sealed column: null where there is none, or none that can be read any more. */
export function openDevice(
  row: Row,
  column: string,
  context: string,
  key: AccountKey | undefined,
): Device | null {
  const sealed = row[column];
  if (!(sealed instanceof Uint8Array) || key === undefined) return null;
  return openJson(key, context, sealed) as Device;
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

export function numberOf(row: Row, column: string): number {
  const value = numberOrNull(row, column);
  if (value === null) throw new TypeError(`column ${column} is null`);
  return value;
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  if (value !== null && typeof value !== 'number') throw new TypeError(`column ${column} is not a number`);
  return value;
}
