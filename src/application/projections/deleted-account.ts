import type { ProjectedEvent, Table, Write } from './projection.js';

/** All rows of an account that is erased. The events that a rebuild reads before come to rows that go again with this. */
export function deletedAccount({ rp, subject }: ProjectedEvent, { name }: Table): Write {
  return { kind: 'delete', table: name, where: { rp, subject } };
}
