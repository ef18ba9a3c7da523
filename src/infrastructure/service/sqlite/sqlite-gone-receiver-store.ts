import { promised } from '../../sqlite/promised.js';
import type {
  GoneReceiver,
  GoneReceiverStore,
  ReceiverAddress,
  ReceiverKind,
} from '../../webhooks/gone-receivers.js';
import type { ServiceDatabase } from './service-database.js';

/** The receivers that are gone, of a data folder. */
export class SqliteGoneReceiverStore implements GoneReceiverStore {
  readonly #list;
  readonly #has;
  readonly #add;
  readonly #remove;

  constructor(database: ServiceDatabase) {
    this.#list = database.prepare('select rp, takes, url, since from gone_receivers order by rp, takes');
    this.#has = database.prepare('select 1 from gone_receivers where rp = ? and takes = ? and url = ?');
    this.#add = database.prepare(
      `insert into gone_receivers (rp, takes, url, since) values (?, ?, ?, ?)
       on conflict (rp, takes) do update set url = excluded.url, since = excluded.since where url <> excluded.url`,
    );
    this.#remove = database.prepare('delete from gone_receivers where rp = ? and takes = ?');
  }

  list(): Promise<readonly GoneReceiver[]> {
    return promised(() => this.#list.all().map((row) => ({ ...(row as GoneReceiver) })));
  }

  has({ rp, takes, url }: ReceiverAddress): Promise<boolean> {
    return promised(() => this.#has.get(rp, takes, url) !== undefined);
  }

  add({ rp, since, takes, url }: GoneReceiver): Promise<boolean> {
    return promised(() => this.#add.run(rp, takes, url, since).changes === 1);
  }

  remove(rp: string, takes: ReceiverKind): Promise<boolean> {
    return promised(() => this.#remove.run(rp, takes).changes === 1);
  }
}
