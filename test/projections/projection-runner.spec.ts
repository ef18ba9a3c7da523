import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Keyring } from '../../src/application/ports/keyring.js';
import { openJson } from '../../src/application/sealed-json.js';
import type { Projection } from '../../src/application/projections/projection.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { SubjectId } from '../../src/domain/kernel/ids.js';
import { sample } from './account-events.js';
import { DataFolder, keyOf, streamOf } from './read-side.js';
import type { ReadSide } from './read-side.js';

const ALL = PROJECTIONS.map(({ name }) => name);

describe('the projections', () => {
  let folder: DataFolder;

  beforeEach(() => {
    folder = new DataFolder();
  });

  afterEach(() => folder.close());

  const rowsOf = ({ readModels }: ReadSide, projection: string, subject = 'ann') =>
    readModels.list(projection, { table: projection, where: { subject } });

  const enrolAndRegister = (subject = 'ann') =>
    folder.append(subject, sample('AccountEnrolled'), sample('PasskeyRegistered'));

  it('apply what was recorded before they began, and what comes then', async () => {
    await enrolAndRegister();
    const side = await folder.started();
    await side.caughtUp();
    expect(await rowsOf(side, 'passkey-list')).toMatchObject([{ last_used_at: null, backed_up: 0 }]);
    const { position } = await folder.append('ann', sample('PasskeyUsed'));
    expect(await side.readModels.reached('passkey-list', position, 20_000)).toBe(true);
    expect(await rowsOf(side, 'passkey-list')).toMatchObject([{ last_used_at: 2_000, backed_up: 1 }]);
  });

  it('seal what is personal under the account’s key, for its place only', async () => {
    await enrolAndRegister();
    const side = await folder.started();
    await side.caughtUp();
    const key = await keyOf(folder, 'ann');
    const [passkey] = await rowsOf(side, 'passkey-list');
    const name = passkey?.['name'];
    if (key === undefined || !(name instanceof Uint8Array)) throw new Error('there is no sealed name');
    expect(openJson(key, 'passkey-list|passkey-1|name', name)).toBe('iPhone 15 Pro');
    expect(() => openJson(key, 'passkey-list|passkey-2|name', name)).toThrow();
  });

  it('show the events of an account in order, and nothing that is personal', async () => {
    await enrolAndRegister();
    const side = await folder.started();
    await side.caughtUp();
    const rows = await side.readModels.list('account-history', {
      table: 'account-history',
      where: { subject: 'ann' },
      orderBy: 'revision',
    });
    expect(rows.map(({ type }) => type)).toStrictEqual(['AccountEnrolled', 'PasskeyRegistered']);
    const { data, personal } = sample('AccountEnrolled');
    expect(rows[0]?.['data']).toBe(JSON.stringify(data, Object.keys(data).sort()));
    expect(Object.keys(personal).filter((member) => JSON.stringify(rows).includes(member))).toStrictEqual([]);
  });

  it('pass over the events of other streams, and count them as applied', async () => {
    await enrolAndRegister();
    await folder.appendBytes('credential-mpchat.com.hash', 'CredentialClaimed', 'no event of an account');
    await folder.appendBytes(
      'account-ref-mpchat.hash',
      'AccountReferenced',
      '{"at":1,"no":"event of an account"}',
    );
    const side = await folder.started();
    await side.caughtUp();
    expect(await side.runner.report()).toStrictEqual(
      PROJECTIONS.map(({ name, version }) => ({
        projection: name,
        version,
        status: 'running',
        position: 4,
        lag: 0,
        failure: null,
        rebuild: null,
      })),
    );
  });

  it('go on after a restart where they were, and apply nothing twice', async () => {
    await enrolAndRegister();
    const first = await folder.started();
    await first.caughtUp();
    await first.stop();
    await folder.append('ann', { ...sample('PasskeyRegistered'), at: 7_000, data: anotherPasskey() });
    const second = await folder.started();
    await second.caughtUp();
    expect(await rowsOf(second, 'account-overview')).toMatchObject([
      { passkey_count: 2, entry_points: '{"wallet-onboarding":1800}' },
    ]);
    expect(await rowsOf(second, 'account-history')).toHaveLength(3);
  });

  it('stop between thousands of events that are applied together without losing or repeating anything', async () => {
    await folder.append('ann', sample('AccountEnrolled'));
    await folder.append('ann', ...Array.from({ length: 10_500 }, () => sample('StepUpConsumed')));
    const first = await folder.started();
    await first.until('account-history', ({ position }) => position > 0);
    await first.stop();
    const positions = (await first.runner.report()).map(({ position }) => position);
    expect(new Set(positions)).toStrictEqual(new Set([5_000]));
    const second = await folder.started();
    await second.caughtUp();
    expect(await rowsOf(second, 'account-history')).toHaveLength(10_501);
    expect(await rowsOf(second, 'event-log')).toHaveLength(10_501);
    expect(await rowsOf(second, 'account-overview')).toMatchObject([{ revision: 10_500 }]);
  });

  it('leave sealed columns empty for an account whose key was destroyed, and don’t stop', async () => {
    await enrolAndRegister();
    await folder.keyring.destroy(as<SubjectId>('ann'));
    const side = await folder.started();
    await side.caughtUp();
    expect(await rowsOf(side, 'passkey-list')).toMatchObject([{ name: null, status: 'active' }]);
    expect(await rowsOf(side, 'account-overview')).toMatchObject([
      { account_id: null, phone: null, passkey_count: 1 },
    ]);
    expect(await rowsOf(side, 'account-history')).toHaveLength(2);
  });

  it('don’t hold each other up: one that begins later catches up by itself and then goes on with the others', async () => {
    await enrolAndRegister();
    await folder.append('ann', ...Array.from({ length: 350 }, () => sample('StepUpConsumed')));
    const [, overview] = PROJECTIONS;
    if (overview === undefined) throw new Error('there is no account-overview');
    const first = await folder.started([overview]);
    await first.caughtUp();
    await first.stop();
    await folder.append('ann', sample('PasskeyUsed'));
    const second = await folder.started();
    await second.caughtUp();
    await folder.append('ann', sample('AccountLocked'), sample('PasskeyRemoved'));
    await second.caughtUp();
    expect(await rowsOf(second, 'passkey-list')).toStrictEqual([]);
    expect(await rowsOf(second, 'account-history')).toHaveLength(355);
    expect(await rowsOf(second, 'account-overview')).toMatchObject([
      { passkey_count: 0, locked_until: 9_000, revision: 354 },
    ]);
  });

  describe('where an event can’t be applied', () => {
    const BROKEN = 'ann@example.com is no event';

    it('stop before it, keep what came before, say so, and let the others go on', async () => {
      const side = await folder.started();
      await enrolAndRegister();
      const { position } = await folder.appendBytes(streamOf('ann'), 'StepUpDenied', BROKEN);
      await folder.append('ben', sample('AccountEnrolled'), sample('PasskeyRegistered'));
      const head = await folder.events.head();

      const stopped = await side.until('account-history', ({ status }) => status === 'stopped');
      await side.until('account-overview', ({ status }) => status === 'stopped');
      await side.until('passkey-list', (report) => report.position === head);

      expect(stopped).toStrictEqual({
        projection: 'account-history',
        version: 2,
        status: 'stopped',
        position: position - 1,
        lag: head - position + 1,
        failure: {
          kind: 'event',
          position,
          eventId: expect.any(String),
          type: 'StepUpDenied',
          error: {
            name: 'UndecodableEvent',
            message: expect.stringContaining('could not be decoded: it is not JSON'),
          },
        },
        rebuild: null,
      });
      expect(await rowsOf(side, 'account-history')).toHaveLength(2);
      expect(await rowsOf(side, 'account-history', 'ben')).toStrictEqual([]);
      expect(await rowsOf(side, 'account-overview')).toMatchObject([{ passkey_count: 1 }]);
      expect(await rowsOf(side, 'passkey-list', 'ben')).toHaveLength(1);
      expect(JSON.stringify([await side.runner.report(), side.logged])).not.toContain('example.com');
      expect(side.logged).toContainEqual({
        projection: 'account-history',
        failure: stopped.failure,
        message: 'a projection stopped',
      });
    });

    it('stop before it also where thousands of events are applied together', async () => {
      await enrolAndRegister();
      const { position } = await folder.appendBytes(streamOf('ann'), 'StepUpDenied', BROKEN);
      // Its passkey was never registered: the rows refuse this one.
      const missed = await folder.append('ben', sample('AccountEnrolled'), sample('PasskeyUsed'));
      await folder.append('cid', sample('AccountEnrolled'));
      await folder.append('cid', ...Array.from({ length: 6_000 }, () => sample('StepUpConsumed')));
      const head = await folder.events.head();

      const side = await folder.started();
      await side.until('account-resets', (report) => report.position === head);
      const placeOf = async (name: string) => {
        const { failure, position: at, status } = await side.reportOn(name);
        return [status, at, failure?.kind === 'event' ? failure.position : null];
      };
      expect(await placeOf('account-history')).toStrictEqual(['stopped', position - 1, position]);
      expect(await placeOf('passkey-list')).toStrictEqual(['stopped', missed.position - 1, missed.position]);
      expect(await rowsOf(side, 'account-history')).toHaveLength(2);
    });

    it('stop all at an event that no release known here has made', async () => {
      await enrolAndRegister();
      await folder.appendBytes(streamOf('ann'), 'AccountTeleported', '{}');
      const side = await folder.started();
      for (const name of ALL) {
        const report = await side.until(name, ({ status }) => status === 'stopped');
        expect(report).toMatchObject({ position: 2, failure: { type: 'AccountTeleported' } });
      }
    });

    it('stop at an event that doesn’t fit the rows, as one that was missed makes it', async () => {
      await folder.append('ann', sample('AccountEnrolled'), sample('PasskeyUsed'), sample('AccountLocked'));
      const side = await folder.started();
      const report = await side.until('passkey-list', ({ status }) => status === 'stopped');
      expect(report).toMatchObject({
        position: 1,
        failure: {
          position: 2,
          error: { message: expect.stringContaining('patch in passkey-list: there is no row of this key') },
        },
      });
      await side.until('account-overview', ({ position }) => position === 3);
      await side.until('account-history', ({ position }) => position === 3);
      expect((await side.reportOn('account-history')).status).toBe('running');
    });

    it('don’t try it over and over while nothing has changed', async () => {
      await folder.append('ann', sample('AccountEnrolled'), sample('PasskeyUsed'));
      const side = await folder.started();
      await side.until('passkey-list', ({ status }) => status === 'stopped');
      for (let times = 0; times < 10; times += 1) {
        const { position } = await folder.append('ann', sample('StepUpConsumed'));
        await side.readModels.reached('account-history', position, 20_000);
      }
      // Both have a row of each passkey, and missed it.
      expect(side.logged).toHaveLength(2);
      for (const projection of ['compliance', 'passkey-list']) {
        expect(side.logged).toContainEqual(expect.objectContaining({ projection }));
      }
    });

    it('stop at it again after a restart', async () => {
      await folder.append('ann', sample('AccountEnrolled'), sample('PasskeyUsed'));
      const first = await folder.started();
      await first.until('passkey-list', ({ status }) => status === 'stopped');
      await first.stop();
      const second = await folder.started();
      const report = await second.until('passkey-list', ({ status }) => status === 'stopped');
      expect(report).toMatchObject({ position: 1, failure: { position: 2 } });
    });

    it('go on after a restart with code that can apply it, from where they stopped', async () => {
      await enrolAndRegister();
      await folder.append('ann', sample('AccountLocked'), {
        ...sample('PasskeyRegistered'),
        data: anotherPasskey(),
      });
      const [, overview] = PROJECTIONS;
      if (overview === undefined) throw new Error('there is no account-overview');
      const faulty: Projection = {
        ...overview,
        when(event) {
          if (event.event.type === 'AccountLocked') throw new TypeError('ann@example.com is undefined');
          return overview.when(event);
        },
      };
      const first = await folder.started([faulty]);
      const { failure } = await first.until('account-overview', ({ status }) => status === 'stopped');
      expect(failure).toMatchObject({ kind: 'event', position: 3, error: { name: 'TypeError' } });
      expect(JSON.stringify(failure)).not.toContain('example.com');
      expect(await rowsOf(first, 'account-overview')).toMatchObject([
        { passkey_count: 1, locked_until: null },
      ]);
      await first.stop();

      const second = await folder.started([overview]);
      await second.caughtUp();
      expect(await rowsOf(second, 'account-overview')).toMatchObject([
        { passkey_count: 2, locked_until: 9_000 },
      ]);
    });

    it('show no projection the personal part of an event that it doesn’t ask for', async () => {
      await enrolAndRegister();
      const seen: unknown[] = [];
      const curious: Projection = {
        name: 'curious',
        version: 1,
        tables: [],
        handles: ['PasskeyRegistered'],
        readsPersonal: [],
        when(event) {
          seen.push(event.event.personal);
          expect(() => event.seal('curious', 'x')).toThrow('only an event whose personal part');
          return [];
        },
      };
      const side = await folder.started([...PROJECTIONS, curious]);
      await side.caughtUp();
      expect(seen).toStrictEqual(['redacted']);
    });
  });

  it('are tried again where no event is to blame, and go on when the fault has passed', async () => {
    let keyring = folder.openKeyring();
    const replaceable: Keyring = {
      obtain: (subject) => keyring.obtain(subject),
      find: (subject) => keyring.find(subject),
      isDestroyed: (subject) => keyring.isDestroyed(subject),
      cached: (subject) => keyring.cached(subject),
      destroy: (subject) => keyring.destroy(subject),
    };
    keyring.close();
    const side = await folder.started(PROJECTIONS, replaceable);
    await enrolAndRegister();
    const report = await side.until('passkey-list', ({ status }) => status === 'stopped');
    expect(report).toMatchObject({ position: 0, failure: { kind: 'machine' } });
    keyring = folder.openKeyring();
    await side.caughtUp();
    expect((await side.runner.report()).map(({ status }) => status)).toStrictEqual(
      PROJECTIONS.map(() => 'running'),
    );
    expect(await rowsOf(side, 'passkey-list')).toHaveLength(1);
    await side.stop();
    keyring.close();
  });
});

function anotherPasskey() {
  const { data } = sample('PasskeyRegistered');
  return { ...data, passkeyId: as<typeof data.passkeyId>('passkey-2') };
}
