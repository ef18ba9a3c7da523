import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AccountDirectory } from '../../src/application/accounts/account-directory.js';
import { accountStream } from '../../src/application/accounts/account-address.js';
import { PROCESSES } from '../../src/application/processes/processes.js';
import type { EventToAppend } from '../../src/application/ports/event-store.js';
import type { AccountKey } from '../../src/application/ports/keyring.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { PasskeyId, RelyingPartySlug, SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { CanonicalClaimCodec } from '../../src/infrastructure/codec/claim-codec.js';
import { CanonicalEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { CryptoIdentifiers } from '../../src/infrastructure/keys/identifiers.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import type { Visited } from './visits.js';
import { enrolment, visit } from './visits.js';

export interface LongHistory {
  readonly folder: string;
  readonly events: number;
  readonly accounts: number;
}

export const BENCH_RP = 'mpchat';
export const accountIdOf = (index: number): string => `holder-${index}`;

/** So many accounts do something at the same time, and so share a commit. */
const AT_ONCE = 200;
export const HISTORY_DAYS = 90;

interface Account {
  readonly stream: string;
  readonly key: AccountKey;
  readonly account: Visited;
  revision: number;
}

/**
 * Writes a history of ninety days straight into the files of a service that is stopped: accounts enrol, sign in, approve
 * actions, mistype codes, rename and replace their passkeys, in the order of time and mixed among each other, through the
 * codec, the keys and the store that the service uses.
 */
export async function writeLongHistory(
  { accounts, events, folder }: LongHistory,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const master = new MasterKey(loadOrCreateMasterKey(join(folder, FILES.masterKey)));
  const keyring = new SqliteKeyring(join(folder, FILES.keys), master, { cachedKeys: accounts + 1 });
  const store = SqliteEventStore.open(join(folder, FILES.events));
  const codec = new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS);
  const identifiers = new CryptoIdentifiers(keyring.keys);
  const end = Date.now();
  const begin = end - HISTORY_DAYS * 86_400_000;
  let now = begin;
  const directory = new AccountDirectory(
    store,
    new CanonicalClaimCodec(),
    identifiers,
    { now: () => now },
    new Map<string, SubjectId>(),
  );

  const enrolled: Account[] = [];
  const enrol = async (index: number): Promise<void> => {
    const rp = as<RelyingPartySlug>(BENCH_RP);
    const subject = await directory.referenceAccount(rp, accountIdOf(index));
    const account: Account = {
      stream: accountStream({ rp, subject }),
      key: await keyring.obtain(subject),
      account: {
        accountId: accountIdOf(index),
        passkeyId: as<PasskeyId>(identifiers.randomId()),
        deviceId: as(identifiers.randomId()),
        identifiers,
      },
      revision: -1,
    };
    await append(account, enrolment(account.account, now));
    enrolled.push(account);
  };
  const append = async (account: Account, happened: readonly AccountEvent[]): Promise<void> => {
    const causationId = identifiers.commandId();
    const cause = {
      correlationId: randomUUID(),
      causationId,
      actor: 'client' as const,
      endUser: { address: '203.0.113.7', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)' },
    };
    const encoded: EventToAppend[] = happened.map((event, index) =>
      codec.encode(account.stream, identifiers.deriveId(causationId, index), event, cause, account.key),
    );
    const expected = account.revision < 0 ? 'no-stream' : account.revision;
    ({ revision: account.revision } = await store.append(account.stream, encoded, expected));
  };

  try {
    let done = 0;
    while (done < events) {
      now = begin + Math.floor((done / events) * (end - begin));
      // Accounts come in over the first half of the time.
      const wanted = Math.min(accounts, Math.ceil((done / events) * 2 * accounts) + AT_ONCE);
      const fresh = Array.from({ length: Math.min(AT_ONCE, wanted - enrolled.length) }, (_, index) => index);
      const known = enrolled.length;
      await Promise.all(fresh.map((index) => enrol(known + index)));
      const coming = new Set<Account>();
      for (let index = 0; index < AT_ONCE; index++) {
        const account = enrolled[Math.floor(Math.random() * enrolled.length)];
        if (account !== undefined) coming.add(account);
      }
      await Promise.all(Array.from(coming, (account) => append(account, visit(account.account, now))));
      done = await store.head();
      onProgress(Math.min(done, events), events);
    }
    await handled(join(folder, FILES.jobs), await store.head());
  } finally {
    keyring.close();
    store.close();
  }
}

/** What followed from these events was done long ago: nobody is to be told of them now. */
export async function handled(file: string, head: number): Promise<void> {
  const jobs = SqliteJobStore.open(file, () => Date.now());
  try {
    for (const { name } of PROCESSES) {
      await jobs.advance({ process: name, from: await jobs.position(name), to: head, jobs: [] });
    }
  } finally {
    jobs.close();
  }
}
