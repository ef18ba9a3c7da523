import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY, MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import type { SigningKeyStore } from '../../src/infrastructure/tokens/signing-keys.js';
import {
  ES256,
  revokeSigningKey,
  RS256,
  SealedElsewhere,
  SigningKeys,
} from '../../src/infrastructure/tokens/signing-keys.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import type { ServiceStoresUnderTest } from './service-stores.contract.js';

export function signingKeysContract(open: () => Promise<ServiceStoresUnderTest>): void {
  describe.each([
    ['signing keys', 'signingKeys', ES256],
    ['signing keys of security events', 'eventSigningKeys', RS256],
  ] as const)('%s', (_name, member, kind) => {
    const sealer = new Sealer(randomBytes(32));
    let opened: ServiceStoresUnderTest;
    let clock: AdvancingClock;
    let stores: readonly SigningKeyStore[];

    beforeEach(async () => {
      opened = await open();
      clock = new AdvancingClock();
      stores = [
        opened.stores[member],
        (await opened.another())[member],
        (await opened.another())[member],
        (await opened.another())[member],
      ];
    });
    afterEach(() => opened.close());

    const start = (store = opened.stores[member]): Promise<SigningKeys> =>
      SigningKeys.open(store, sealer, clock, kind);
    const startAll = () => Promise.all(stores.map((store) => start(store)));
    const published = (each: SigningKeys) => each.public().then((jwks) => jwks.map(({ kid }) => kid));
    const kept = async () => (await opened.stores[member].list()).map(({ kid }) => kid);

    it('are one where several processes start together', async () => {
      const processes = await startAll();
      const [kid = '', ...others] = await kept();
      expect(others).toStrictEqual([]);
      for (const process of processes) {
        expect((await process.current()).kid).toBe(kid);
        expect(await published(process)).toStrictEqual([kid]);
      }
    });

    it('have one successor where several processes find their term ended together', async () => {
      const processes = await startAll();
      const [first = ''] = await kept();
      clock.advance(30 * DAY);
      const seen = await Promise.all(processes.map(published));
      const [second = '', ...others] = await kept();
      expect(others).toStrictEqual([first]);
      for (const each of seen) expect(each).toStrictEqual([second, first]);
      clock.advance(3 * DAY);
      for (const each of await Promise.all(processes.map(published))) expect(each).toStrictEqual([second]);
      expect(await kept()).toStrictEqual([second]);
    });

    it('that were revoked are believed by no process a minute later, and have one successor', async () => {
      const processes = await startAll();
      const [first = ''] = await kept();
      clock.advance(MINUTE - 1);
      expect(await revokeSigningKey(opened.stores[member], 'no-such-key')).toBe(false);
      expect(await revokeSigningKey(opened.stores[member], first)).toBe(true);
      expect(await revokeSigningKey(opened.stores[member], first)).toBe(false);
      clock.advance(1);
      for (const key of await Promise.all(processes.map((each) => each.find(first)))) {
        expect(key).toBeUndefined();
      }
      const signing = await Promise.all(processes.map((each) => each.current()));
      expect(new Set(signing.map(({ kid }) => kid))).toStrictEqual(new Set(await kept()));
      expect(await kept()).toHaveLength(1);
    });

    it('of another process are believed a second after it made them', async () => {
      const early = await start();
      clock.advance(MINUTE - SECOND);
      const late = await start(stores[1]);
      const [first = ''] = await kept();
      await revokeSigningKey(opened.stores[member], first);
      clock.advance(SECOND);
      const made = await early.current();
      expect(made.kid).not.toBe(first);
      const found = await late.find(made.kid);
      expect(found?.publicKey.equals(made.publicKey)).toBe(true);
      expect(await late.find(first)).toBeUndefined();
    });

    it('are read at most once a second for the sake of one that nobody made', async () => {
      const keys = await start();
      const [first = ''] = await kept();
      await revokeSigningKey(opened.stores[member], first);
      clock.advance(SECOND - 1);
      expect(await keys.find('made up')).toBeUndefined();
      expect(await keys.find(first)).toBeDefined();
      clock.advance(1);
      expect(await keys.find('made up')).toBeUndefined();
      expect(await keys.find(first)).toBeUndefined();
    });

    it('are added after the newest only', async () => {
      await start();
      const [first] = await opened.stores[member].list();
      if (first === undefined) throw new Error('no key was made');
      const later = { kid: 'later', sealed: Uint8Array.of(1), createdAt: first.createdAt + 1 };
      for (const follows of [null, 'another']) await opened.stores[member].add(later, follows);
      expect(await kept()).toStrictEqual([first.kid]);
      await opened.stores[member].add(later, first.kid);
      expect(await kept()).toStrictEqual(['later', first.kid]);
      // As a repetition after a lost connection is.
      await opened.stores[member].add(later, first.kid);
      expect(await kept()).toStrictEqual(['later', first.kid]);
    });

    it('are kept sealed, each under its own name', async () => {
      const { createdAt, kid, privateKey } = await (await start()).current();
      const bytes = await opened.bytes();
      expect(bytes.includes(kid)).toBe(true);
      expect(bytes.includes(privateKey.export({ format: 'der', type: 'pkcs8' }))).toBe(false);
      const { d = '' } = privateKey.export({ format: 'jwk' });
      expect(bytes.includes(Buffer.from(d, 'base64url'))).toBe(false);
      const [{ sealed } = { sealed: new Uint8Array() }] = await opened.stores[member].list();
      await opened.stores[member].add({ kid: 'renamed', sealed, createdAt: createdAt + 1 }, kid);
      await expect(start(stores[1])).rejects.toThrow(SealedElsewhere);
    });

    it('open under no other master key, which adds none of its own to them', async () => {
      await start();
      clock.advance(31 * DAY);
      const other = SigningKeys.open(opened.stores[member], new Sealer(randomBytes(32)), clock, kind);
      await expect(other).rejects.toThrow(SealedElsewhere);
      expect(await kept()).toHaveLength(1);
    });
  });
}
