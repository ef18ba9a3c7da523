import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Leases } from '../../src/application/ports/leases.js';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { eventually } from '../support/eventually.js';

export interface OpenLeases {
  /** Of two processes. */
  readonly leases: readonly [Leases, Leases];
  /** Whoever keeps the leases forgets all of it. */
  readonly lose: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** In ms, of a holder that is not heard of again. */
const SHORT = 50;

/** What every keeper of leases keeps to. */
export function leasesContract(name: string, open: () => Promise<OpenLeases>): void {
  describe(name, () => {
    let opened: OpenLeases;
    let one: Leases;
    let other: Leases;

    beforeEach(async () => {
      opened = await open();
      [one, other] = opened.leases;
    });

    afterEach(() => opened.close());

    /** Asks until it has it. */
    async function takeOver(above = 0): Promise<number> {
      let token: number | undefined;
      await eventually(async () => {
        token = await other.acquire('projections', 'owner-2', MINUTE, above);
        return token !== undefined;
      });
      return token ?? 0;
    }

    it('gives it to one of two contenders, and to that one again under the same token', async () => {
      const tokens = await Promise.all([
        one.acquire('projections', 'owner-1', MINUTE, 0),
        other.acquire('projections', 'owner-2', MINUTE, 0),
      ]);
      expect(tokens.filter((token) => token === undefined)).toHaveLength(1);
      const [winner, held] = tokens[0] === undefined ? ['owner-2', tokens[1]] : ['owner-1', tokens[0]];
      expect(await one.acquire('projections', winner, MINUTE, 0)).toBe(held);
    });

    it('keeps leases of other names apart', async () => {
      expect(await one.acquire('projections', 'owner-1', MINUTE, 0)).toBe(1);
      expect(await other.acquire('processes', 'owner-2', MINUTE, 0)).toBe(1);
    });

    it('gives it to the next one when it is released by its owner, and by nobody else, under a greater token', async () => {
      const first = await one.acquire('projections', 'owner-1', MINUTE, 0);
      await other.release('projections', 'owner-2');
      expect(await other.acquire('projections', 'owner-2', MINUTE, 0)).toBeUndefined();
      await one.release('projections', 'owner-1');
      expect(await other.acquire('projections', 'owner-2', MINUTE, 0)).toBe((first ?? 0) + 1);
      await one.release('projections', 'owner-1');
      expect(await other.renew('projections', 'owner-2', MINUTE)).toBe(true);
    });

    it('is taken over from a holder that is silent, whose token is stale from then on', async () => {
      const stale = await one.acquire('projections', 'owner-1', SHORT, 0);
      const token = await takeOver();
      expect(token).toBeGreaterThan(stale ?? 0);
      expect(await one.renew('projections', 'owner-1', MINUTE)).toBe(false);
      expect(await one.acquire('projections', 'owner-1', MINUTE, 0)).toBeUndefined();
    });

    it('is held for as long as it is renewed', async () => {
      await one.acquire('projections', 'owner-1', SHORT, 0);
      expect(await one.renew('projections', 'owner-1', MINUTE)).toBe(true);
      const ends = performance.now() + 3 * SHORT;
      while (performance.now() < ends) {
        expect(await other.acquire('projections', 'owner-2', MINUTE, 0)).toBeUndefined();
      }
    });

    it('gives tokens above what was recorded, though it has forgotten all it knew', async () => {
      let recorded = 0;
      for (const owner of ['owner-1', 'owner-2', 'owner-3']) {
        const token = await one.acquire('projections', owner, MINUTE, recorded);
        expect(token).toBe(recorded + 1);
        recorded = token ?? 0;
        await opened.lose();
        expect(await one.renew('projections', owner, MINUTE)).toBe(false);
      }
      expect(recorded).toBe(3);
    });
  });
}
