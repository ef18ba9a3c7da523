import type { ClientBase } from 'pg';
import type { Position } from '../../../application/ports/event-store.js';
import type { Generation } from '../../../application/ports/projection-store.js';
import type { Projection } from '../../../application/projections/projection.js';
import { createIndexes, createTable, dropTable, hideTable, showTable } from './tables.js';

export type GenerationState = 'building' | 'live' | 'retired';

/** A generation and the names of its tables, which the code may know no longer. */
export interface StoredGeneration extends Generation {
  readonly tables: readonly string[];
}

const TABLE = 'read_models."@generations"';
const COLUMNS = 'projection, number, version, position, tables';

export const LIVE = {
  name: 'live generation',
  text: `select ${COLUMNS} from ${TABLE} where projection = $1 and state = 'live'`,
};

/** One at a time: what is prepared, built and swapped together would wait for each other in a circle. */
export async function alone(client: ClientBase): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('latchkey generations', 0))");
}

/** The live generation, which stands still until the transaction ends. */
export async function heldLive(
  client: ClientBase,
  projection: string,
): Promise<StoredGeneration | undefined> {
  const { rows } = await client.query<StoredGeneration>(`${LIVE.text} for update`, [projection]);
  return rows[0];
}

/** Undefined where it is being built no longer. */
export async function heldBuilding(
  client: ClientBase,
  number: number,
): Promise<StoredGeneration | undefined> {
  const { rows } = await client.query<StoredGeneration>(
    `select ${COLUMNS} from ${TABLE} where number = $1 and state = 'building' for update`,
    [number],
  );
  return rows[0];
}

/** Empty, being built, and without indexes. */
export async function create(
  client: ClientBase,
  { name, tables, version }: Projection,
): Promise<StoredGeneration> {
  const { rows } = await client.query<StoredGeneration>(
    `insert into ${TABLE} (projection, version, position, state, tables)
     values ($1, $2, 0, 'building', $3) returning ${COLUMNS}`,
    [name, version, tables.map((table) => table.name)],
  );
  const [generation] = rows;
  if (generation === undefined) throw new Error('the database gave no generation');
  for (const table of tables) await client.query(createTable(table, generation.number));
  return generation;
}

export async function index(client: ClientBase, { tables }: Projection, number: number): Promise<void> {
  for (const table of tables) {
    for (const statement of createIndexes(table, number)) await client.query(statement);
  }
}

/** Readers see this one from the commit on, and what was live is retired. */
export async function show(client: ClientBase, generation: StoredGeneration): Promise<void> {
  const before = await heldLive(client, generation.projection);
  if (before !== undefined) {
    for (const table of before.tables) await client.query(hideTable(table));
    await setState(client, before.number, 'retired');
  }
  for (const table of generation.tables) await client.query(showTable(table, generation.number));
  await setState(client, generation.number, 'live');
}

/** Unless it is live by now. */
export async function retireUnfinished(client: ClientBase, number: number): Promise<void> {
  await client.query(`update ${TABLE} set state = 'retired' where number = $1 and state = 'building'`, [
    number,
  ]);
}

export async function retireBuilding(client: ClientBase, projection: string): Promise<void> {
  await client.query(`update ${TABLE} set state = 'retired' where projection = $1 and state = 'building'`, [
    projection,
  ]);
}

/** Moves one on if it stands at `from`. The check is the fence: whoever lost his turn is not where he believes to be. */
export async function move(
  client: ClientBase,
  state: GenerationState,
  number: number,
  from: Position,
  to: Position,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'move generation',
    text: `update ${TABLE} set position = $4 where number = $2 and state = $1 and position = $3`,
    values: [state, number, from, to],
  });
  return rowCount === 1;
}

/** Removes the tables of one retired generation that nobody else is removing; false where there is none. */
export async function sweepOne(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<StoredGeneration>(
    `select ${COLUMNS} from ${TABLE} where state = 'retired' limit 1 for update skip locked`,
  );
  const [retired] = rows;
  if (retired === undefined) return false;
  for (const table of retired.tables) await client.query(dropTable(table, retired.number));
  await client.query(`delete from ${TABLE} where number = $1`, [retired.number]);
  return true;
}

async function setState(client: ClientBase, number: number, state: GenerationState): Promise<void> {
  await client.query(`update ${TABLE} set state = $2 where number = $1`, [number, state]);
}
