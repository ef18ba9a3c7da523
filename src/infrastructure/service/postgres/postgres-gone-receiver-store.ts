import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type {
  GoneReceiver,
  GoneReceiverStore,
  ReceiverAddress,
  ReceiverKind,
} from '../../webhooks/gone-receivers.js';

const LIST = { text: 'select rp, takes, url, since from service.gone_receivers order by rp, takes' };
const HAS = {
  name: 'gone receiver',
  text: 'select 1 from service.gone_receivers where rp = $1 and takes = $2 and url = $3',
};
const ADD = {
  text: `insert into service.gone_receivers as kept (rp, takes, url, since) values ($1, $2, $3, $4)
    on conflict (rp, takes) do update set url = excluded.url, since = excluded.since
    where kept.url <> excluded.url returning 1`,
};
const REMOVE = { text: 'delete from service.gone_receivers where rp = $1 and takes = $2 returning 1' };

/** The receivers that are gone, to all processes. */
export class PostgresGoneReceiverStore implements GoneReceiverStore {
  constructor(private readonly database: PostgresDatabase) {}

  list(): Promise<readonly GoneReceiver[]> {
    return this.database.repeatable<GoneReceiver>(LIST);
  }

  async has({ rp, takes, url }: ReceiverAddress): Promise<boolean> {
    return (await this.database.repeatable(HAS, [rp, takes, url])).length > 0;
  }

  async add({ rp, since, takes, url }: GoneReceiver): Promise<boolean> {
    return (await this.database.repeatable(ADD, [rp, takes, url, since])).length > 0;
  }

  async remove(rp: string, takes: ReceiverKind): Promise<boolean> {
    return (await this.database.repeatable(REMOVE, [rp, takes])).length > 0;
  }
}
