import type { Row, Table, Value, Write } from '../../../application/projections/projection.js';
import { nameOf, valuesIn, WriteRefused } from '../values.js';

type Patch = Extract<Write, { kind: 'patch' }>;
type Tally = Extract<Write, { kind: 'tally' }>;
type Foldable = Patch | Tally;

/** A write that takes in what comes after it for the same row. */
type Pending = { readonly kind: 'patch' | 'tally'; readonly first: Foldable } & {
  values: Record<string, Value> | null;
};

/** What sets columns of one row, or adds to one row: it depends on no other row, and none depends on it before it is read. */
export function isFoldable(write: Write): write is Foldable {
  if (write.kind === 'tally') return write.forEach === undefined;
  return (
    write.kind === 'patch' &&
    write.add === undefined &&
    write.setOnce === undefined &&
    write.addMembers === undefined
  );
}

/** Holds back what can be folded until something else needs its row. */
export class FoldedWrites {
  private readonly tables = new Map<string, Map<string, Pending>>();

  constructor(private readonly perform: (write: Write) => void) {}

  /** @throws WriteRefused for what no row of the table could hold, whatever comes after it */
  add(write: Foldable, table: Table): void {
    const changed = write.kind === 'patch' ? write.set : write.add;
    refuseUnfit(write, table, changed ?? {});
    const pending = this.pendingOf(write.table);
    const name = nameOf(keyOf(write, table));
    const before = pending.get(name);
    if (before?.kind === write.kind) {
      before.values = foldedInto(before, changed ?? {});
      return;
    }
    if (before !== undefined) this.settleOne(pending, name, before);
    pending.set(name, { kind: write.kind, first: write, values: null });
  }

  /** Before a write that can't be folded: what it may find, or may overtake, is there. */
  settleBefore(write: Write, table: Table): void {
    switch (write.kind) {
      case 'put':
        this.settleRow(write.table, nameOf(valuesIn(write, keyIn(write.row, table), table.primaryKey)));
        break;
      case 'patch':
        this.settleRow(write.table, nameOf(keyOf(write, table)));
        break;
      case 'append':
      case 'amend':
      case 'delete':
        this.settleTable(write.table);
        break;
      case 'tally':
        // What is added to a row in another order comes to the same.
        if (write.forEach !== undefined) this.settleTable(write.forEach.table);
        this.settleTable(write.table, 'patch');
        break;
    }
  }

  settle(): void {
    for (const table of this.tables.keys()) this.settleTable(table);
  }

  private settleTable(table: string, kind?: Pending['kind']): void {
    const pending = this.tables.get(table);
    if (pending === undefined) return;
    for (const [name, one] of pending) {
      if (kind === undefined || one.kind === kind) this.settleOne(pending, name, one);
    }
  }

  private settleRow(table: string, name: string): void {
    const pending = this.tables.get(table);
    const one = pending?.get(name);
    if (pending !== undefined && one !== undefined) this.settleOne(pending, name, one);
  }

  private settleOne(pending: Map<string, Pending>, name: string, { first, values }: Pending): void {
    pending.delete(name);
    if (values === null) this.perform(first);
    else if (first.kind === 'patch') this.perform({ ...first, set: values });
    else this.perform({ ...first, add: values as Record<string, number> });
  }

  private pendingOf(table: string): Map<string, Pending> {
    const known = this.tables.get(table);
    if (known !== undefined) return known;
    const pending = new Map<string, Pending>();
    this.tables.set(table, pending);
    return pending;
  }
}

function foldedInto({ first, values }: Pending, changed: Row): Record<string, Value> {
  const folded = values ?? { ...(first.kind === 'patch' ? first.set : first.add) };
  for (const column in changed) {
    const value = changed[column] ?? null;
    folded[column] = first.kind === 'tally' ? Number(folded[column] ?? 0) + Number(value) : value;
  }
  return folded;
}

function keyOf(write: Foldable, { primaryKey }: Table): readonly Value[] {
  return valuesIn(write, write.key, primaryKey);
}

function keyIn(row: Row, { primaryKey }: Table): Row {
  const key: Record<string, Value> = {};
  for (const column of primaryKey) {
    const value = row[column];
    if (value !== undefined) key[column] = value;
  }
  return key;
}

function refuseUnfit(write: Foldable, { columns }: Table, changed: Row): void {
  let isChange = false;
  for (const column in changed) {
    isChange = true;
    const type = columns[column];
    if (type === undefined || !Object.hasOwn(columns, column))
      throw new WriteRefused(write, 'the table has no such column');
    if (!fits(type, changed[column] ?? null))
      throw new WriteRefused(write, `column ${column} doesn't hold this`);
  }
  if (!isChange) throw new WriteRefused(write, 'it changes nothing');
}

function fits(type: Table['columns'][string], value: Value): boolean {
  if (value === null) return true;
  if (type === 'blob') return value instanceof Uint8Array;
  return type === 'text' ? typeof value === 'string' : Number.isSafeInteger(value);
}
