import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CheckpointSigner } from '../../src/application/audit/checkpoint-signer.js';
import { EventLogReader } from '../../src/application/audit/event-log-reader.js';
import type { Checkpoints } from '../../src/application/ports/checkpoints.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { isConsistent, rootByInclusion } from '../../src/domain/audit/merkle-proofs.js';
import { as } from '../../src/domain/kernel/ids.js';
import { StoredCheckpoints } from '../../src/infrastructure/audit/stored-checkpoints.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { openCheckpoint } from '../../src/transparency/checkpoint.js';
import { sha256 } from '../../src/transparency/sha256.js';
import { parseVerifierKey } from '../../src/transparency/signed-note.js';
import { mth } from '../domain/audit/naive-merkle-tree.js';
import { answered, Person, problem } from '../support/journeys.js';
import type { Answer, CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

interface Event {
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly subject: string | null;
  readonly accountId?: string;
  readonly personal?: unknown;
  readonly endUser?: unknown;
  readonly type: string;
  readonly at: string;
  readonly actor: string | null;
  readonly correlationId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}
interface Page {
  readonly events: readonly Event[];
  readonly next?: string;
}
interface Signed {
  readonly origin: string;
  readonly treeSize: number;
  readonly rootHash: string;
  readonly checkpoint: string;
}

let server: RunningServer;
let ada: Person;
let ben: Person;
let position: string;
let key: string;

beforeAll(async () => {
  server = await runServer();
  ada = new Person(server, 'moomoo');
  ben = new Person(server, 'moomoo');
  await ada.enrol({ displayName: 'Ada' });
  await ada.addPasskey();
  server.clock.advance(60_000);
  await ben.enrol();
  await ada.signIn();
  ({ position } = await new Person(server, 'moomoo').enrol());
  key = await server.keyFor('moomoo', 'audit');
});
afterAll(() => server.close());

const audit = (path: string, options: CallOptions = {}): Promise<Answer> =>
  server.call('GET', `/v1/moomoo/audit/${path}`, { key, ...options });
const page = async (query: string): Promise<Page> =>
  answered(await audit(`events?after=${position}&${query}`), 200);
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** What the log is made of, from the store itself. */
async function leaves(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of server.service.tier.events.readAll(0)) {
    if (/^(?:account|account-ref|identifier|audit)-moomoo\./u.test(event.stream)) events.push(event);
  }
  return events;
}

async function everyEvent(query = ''): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const { events, next: more } = await page(`${query}${cursor}`);
    found.push(...events);
    next = more;
  }
  return found;
}

describe('C5 the events of a product', () => {
  it('are all of them, in the order of the log, with what happened in words and data', async () => {
    const stored = await leaves();
    const found = await everyEvent('limit=3');
    expect(found.map(({ leafIndex, type }) => [leafIndex, type])).toStrictEqual(
      stored.map(({ type }, index) => [index, type]),
    );
    const enrolled = found.find(({ type }) => type === 'AccountEnrolled');
    expect(enrolled).toStrictEqual({
      leafIndex: expect.any(Number),
      leafHash: expect.stringMatching(/^[\w+/]{43}=$/u),
      subject: expect.any(String),
      present: true,
      eventId: expect.any(String),
      stream: expect.stringMatching(/^account-moomoo\./u),
      type: 'AccountEnrolled',
      at: expect.any(String),
      actor: 'client',
      correlationId: expect.any(String),
      causationId: expect.any(String),
      data: { factors: ['sms', 'email'], userHandle: expect.any(String) },
      text: 'The product made the account known, with SMS, email.',
    });
  });

  it('are found by account, type, actor, time, passkey, credential and request', async () => {
    const all = await everyEvent();
    const registered = all.find(({ type }) => type === 'PasskeyRegistered');
    const { credentialId, passkeyId } = registered?.data ?? {};
    const subject = registered?.subject;
    const later =
      all.find(({ type, subject: other }) => type === 'AccountEnrolled' && other !== subject)?.at ?? '';
    const cases: readonly (readonly [string, (event: Event) => boolean])[] = [
      [`accountId=${ada.accountId}`, (event) => event.subject === subject],
      ['type=PasskeyUsed', ({ type }) => type === 'PasskeyUsed'],
      [
        'actor=client&type=AccountEnrolled',
        ({ actor, type }) => actor === 'client' && type === 'AccountEnrolled',
      ],
      [`from=${later}`, ({ at }) => at >= later],
      [`to=${later}`, ({ at }) => at < later],
      [`accountId=${ada.accountId}&from=${later}`, (event) => event.subject === subject && event.at >= later],
      [`credential=${String(passkeyId)}`, ({ data }) => data['passkeyId'] === passkeyId],
      [`credential=${String(credentialId)}`, ({ data }) => data['passkeyId'] === passkeyId],
      [
        `correlationId=${registered?.correlationId}`,
        ({ correlationId }) => correlationId === registered?.correlationId,
      ],
      ['correlationId=none', () => false],
      ['type=PasskeyUsed&actor=admin', () => false],
      ['from=2099-01-01T00:00:00Z', () => false],
    ];
    for (const [query, holds] of cases) {
      const expected = all.filter(holds);
      const found = (await everyEvent(query)).filter(({ leafIndex }) => leafIndex < all.length);
      expect([query, found.map(({ leafIndex }) => leafIndex)]).toStrictEqual([
        query,
        expected.map(({ leafIndex }) => leafIndex),
      ]);
    }
  });

  it('are paged through without a gap, a repeat or an end that moves away, while others are written', async () => {
    const first = await page('limit=2');
    const size = Number(first.next?.split('.')[0]);
    const found = [...first.events];
    for (let { next } = first; next !== undefined;) {
      await new Person(server, 'moomoo').enrol();
      const more = await page(`limit=2&cursor=${next}`);
      found.push(...more.events);
      next = more.next;
    }
    expect(found.map(({ leafIndex }) => leafIndex)).toStrictEqual([...Array(size).keys()]);
  });

  it('show an account’s history in the caller’s language', async () => {
    const history = async (language: string): Promise<readonly string[]> => {
      const answer = await audit(`accounts/${ada.accountId}/history?after=${position}`, {
        headers: { 'accept-language': language },
      });
      return answered<Page>(answer, 200).events.map(({ text }) => text);
    };
    expect(await history('en')).toContain('A passkey was used to sign in.');
    expect(await history('zh')).toContain('使用了通行密钥（登录）。');
  });

  it('are of this product and no other', async () => {
    const foreign = await server.call('GET', '/v1/mpchat/audit/events', { key });
    expect(answered(foreign, 404)).toStrictEqual(problem(404, 'relying-party-not-found'));
    const other = await server.call('GET', '/v1/mpchat/audit/events', {
      key: await server.keyFor('mpchat', 'audit'),
    });
    expect(answered(other, 200)).toStrictEqual({ events: [] });
  });

  it.each([
    'events?limit=0',
    'events?limit=1001',
    'events?cursor=made-up',
    'events?from=yesterday',
    'events?unknown=1',
    'events?type=a&type=b',
    'export?format=xml',
    'proofs/inclusion?leafIndex=0',
    'proofs/inclusion?leafIndex=-1&treeSize=3',
    'proofs/consistency?from=0&to=3',
    'proofs/consistency?from=3&to=2',
  ])('are not answered for %s', async (path) => {
    expect(answered(await audit(path), 400)).toMatchObject({ code: 'request-invalid' });
  });

  it('are not there beyond the end of the log', async () => {
    for (const path of [
      'events?cursor=999999.0',
      'export?cursor=999999.0',
      'proofs/inclusion?leafIndex=0&treeSize=999999',
      'proofs/inclusion?leafIndex=3&treeSize=3',
      'proofs/consistency?from=1&to=999999',
    ]) {
      expect(answered(await audit(path), 404)).toStrictEqual(problem(404, 'log-too-short'));
    }
    expect(answered(await audit('events?accountId=nobody'), 404)).toStrictEqual(
      problem(404, 'account-not-found'),
    );
  });

  it.each([
    'events',
    'accounts/x/history',
    'export',
    'checkpoint',
    'key',
    'proofs/inclusion',
    'proofs/consistency',
  ])('are for keys with scope audit alone: %s', async (path) => {
    const others = await server.keyFor('moomoo', 'accounts', 'admin', 'compliance', 'passkeys');
    const answer = await audit(path, { key: others });
    expect(answered(answer, 403)).toStrictEqual(problem(403, 'scope-missing', { scope: 'audit' }));
  });
});

describe('what is personal in them', () => {
  it('stays sealed, unless the key may see accounts and asks for it', async () => {
    const sealed = await everyEvent(`accountId=${ada.accountId}`);
    expect(JSON.stringify(sealed)).not.toContain(ada.email);
    expect(JSON.stringify(sealed)).not.toContain(ada.accountId);

    const refused = await audit('events?personal=open');
    expect(answered(refused, 403)).toStrictEqual(problem(403, 'scope-missing', { scope: 'accounts' }));

    const both = await server.keyFor('moomoo', 'audit', 'accounts');
    const opened = await audit(`events?personal=open&type=AccountEnrolled&accountId=${ada.accountId}`, {
      key: both,
    });
    expect(answered<Page>(opened, 200).events[0]).toMatchObject({
      accountId: ada.accountId,
      personal: { displayName: 'Ada', contacts: { phone: ada.phone, email: ada.email } },
      endUser: {},
    });
  });

  it('reads redacted where the key was destroyed', async () => {
    const gone = new Person(server, 'moomoo');
    const { position: enrolled } = await gone.enrol();
    const [event] = answered<Page>(
      await audit(`events?after=${enrolled}&type=AccountEnrolled&accountId=${gone.accountId}`),
      200,
    ).events;
    await server.service.tier.keyring.destroy(event?.subject as never);
    const both = await server.keyFor('moomoo', 'audit', 'accounts');
    const opened = await audit(`events?personal=open&type=AccountEnrolled&accountId=${gone.accountId}`, {
      key: both,
    });
    expect(answered<Page>(opened, 200).events).toStrictEqual([
      { ...event, accountId: 'redacted', personal: 'redacted', endUser: 'redacted' },
    ]);
  });
});

describe('reading the history', () => {
  it('is recorded: by which key, of what, and that personal values were opened', async () => {
    const reader = await server.keyFor('moomoo', 'audit', 'accounts');
    const keyId = (await new ApiKeys(server.service.tier.apiKeys).find(reader))?.keyId;
    await audit(`events?accountId=${ada.accountId}&type=PasskeyUsed&personal=open`, { key: reader });
    await audit(`accounts/${ada.accountId}/history`, { key: reader });
    await audit('export', { key: reader });
    ({ position } = await new Person(server, 'moomoo').enrol());
    const reads = (await everyEvent('type=HistoryRead')).filter(({ data }) => data['keyId'] === keyId);
    const [registered] = await everyEvent('type=PasskeyRegistered');
    const read = { eventActor: null, correlationId: null, credential: null, from: null, before: null };
    const common = { ...read, keyId, logSize: expect.any(Number), personalOpened: false };
    expect(reads.map(({ data }) => data)).toStrictEqual([
      {
        ...common,
        what: 'search',
        subject: registered?.subject,
        eventType: 'PasskeyUsed',
        personalOpened: true,
      },
      { ...common, what: 'account-history', subject: registered?.subject, eventType: null },
      { ...common, what: 'export', subject: null, eventType: null },
    ]);
  });

  it('touches no account, and a reading through many pages is recorded once', async () => {
    const streams = async (): Promise<readonly string[]> => (await leaves()).map(({ stream }) => stream);
    const reader = await server.keyFor('moomoo', 'audit');
    const before = await streams();
    let next: string | undefined = '';
    while (next !== undefined) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      next = answered<Page>(await audit(`events?limit=2${cursor}`, { key: reader }), 200).next;
    }
    expect((await streams()).slice(before.length)).toStrictEqual(['audit-moomoo.reads']);
  });
});

describe('B3 the log of a product', () => {
  const signed = async (): Promise<Signed> => answered(await audit(`checkpoint?after=${position}`), 200);

  it('is signed as a note that anybody with the key can read, with the root of the stored bytes', async () => {
    const { origin, verifierKey, publicKey } = answered<Record<string, string>>(await audit('key'), 200);
    const { checkpoint, rootHash, treeSize } = await signed();
    const bodies = (await leaves()).slice(0, treeSize).map(({ body }) => body);
    expect(openCheckpoint(checkpoint, parseVerifierKey(verifierKey ?? ''))).toStrictEqual({
      origin,
      treeSize: bodies.length,
      rootHash: mth(bodies),
    });
    expect(origin).toBe(`localhost:${server.port}/moomoo`);
    expect(bytes(rootHash)).toStrictEqual(mth(bodies));
    expect(bytes(publicKey ?? '')).toHaveLength(32);
    expect(checkpoint).toMatch(
      new RegExp(`^${origin}\n${treeSize}\n[^\n]{44}\n\n— ${origin} [^\n]+\n$`, 'u'),
    );
    const note = await audit('checkpoint', { headers: { accept: 'text/plain' } });
    expect([note.headers['content-type'], note.text]).toStrictEqual([
      'text/plain; charset=utf-8',
      checkpoint,
    ]);
  });

  it('proves each of its events', async () => {
    const { rootHash, treeSize } = await signed();
    for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
      const proof = answered<{ leafHash: string; path: string[] }>(
        await audit(`proofs/inclusion?leafIndex=${leafIndex}&treeSize=${treeSize}`),
        200,
      );
      const path = proof.path.map(bytes);
      const root = rootByInclusion(sha256, { leafIndex, treeSize, leafHash: bytes(proof.leafHash), path });
      expect(root).toStrictEqual(bytes(rootHash));
    }
  });

  it('proves that it only grew', async () => {
    const before = await signed();
    ({ position } = await new Person(server, 'moomoo').enrol());
    const after = await signed();
    expect(after.treeSize).toBeGreaterThan(before.treeSize);
    const [fromSize, toSize] = [before.treeSize, after.treeSize];
    const proof = await audit(`proofs/consistency?from=${fromSize}&to=${toSize}`);
    const path = answered<{ path: string[] }>(proof, 200).path.map(bytes);
    const roots = [bytes(before.rootHash), bytes(after.rootHash)] as const;
    expect(isConsistent(sha256, { fromSize, toSize, path }, ...roots)).toBe(true);
  });

  it('is signed by a process while another signs a longer one', async () => {
    const { clock, relyingParties, settings, tier } = server.service;
    const log = new EventLogReader(tier.readModels, sha256);
    const sealer = new Sealer(tier.keys.derive('log-keys'));
    const kept = new StoredCheckpoints(tier.checkpoints, sealer, settings.issuer, clock);
    const complaints: string[] = [];
    const operator = {
      info: () => undefined,
      error: (_: object, text: string) => void complaints.push(text),
    };
    const signerOver = (checkpoints: Checkpoints) =>
      new CheckpointSigner(relyingParties, log, checkpoints, clock, operator);
    const other = signerOver(kept);
    const overtaken = signerOver({
      key: (rp) => kept.key(rp),
      sign: (...tree) => kept.sign(...tree),
      latest: async (rp) => {
        await new Person(server, 'moomoo').enrol();
        await tier.readModels.reached('event-log', await tier.events.head(), 10_000);
        await other.current(rp);
        return kept.latest(rp);
      },
    });
    expect(await overtaken.current(as('moomoo'))).toStrictEqual(await kept.latest(as('moomoo')));
    expect(complaints).toStrictEqual([]);
  });

  it('is signed within a minute of what was recorded, though nobody asks', async () => {
    const signedSize = async () =>
      (await server.service.tier.checkpoints.latest(as('moomoo')))?.treeSize ?? 0;
    const before = await signedSize();
    ({ position } = await new Person(server, 'moomoo').enrol());
    await audit(`proofs/inclusion?leafIndex=0&treeSize=1`);
    const grown = (await leaves()).length;
    expect(grown).toBeGreaterThan(before);
    await server.service.tier.readModels.reached(
      'event-log',
      await server.service.tier.events.head(),
      10_000,
    );
    server.clock.advance(59_000);
    const deadline = performance.now() + 10_000;
    while ((await signedSize()) < grown && performance.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await signedSize()).toBe(grown);
  });
});
