import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CeremonyGate } from '../../src/application/ports/ceremony-gate.js';
import { MINUTE } from '../../src/domain/kernel/time.js';

export interface OpenCeremonyGate {
  /** Of two processes, where several share a gate; else the same one twice. */
  readonly gates: readonly [CeremonyGate, CeremonyGate];
  readonly close: () => Promise<void>;
}

const START = 1_700_000_000_000;

/** What every gate keeps to. */
export function ceremonyGateContract(
  name: string,
  open: (clock: () => number) => Promise<OpenCeremonyGate>,
): void {
  describe(name, () => {
    let opened: OpenCeremonyGate;
    let now: number;

    beforeEach(async () => {
      now = START;
      opened = await open(() => now);
    });

    afterEach(() => opened.close());

    it('lets the first owner through, that owner again, and no other', async () => {
      const [one, other] = opened.gates;
      expect(await one.enter('ceremony-1', 'command-a', START + MINUTE)).toBe(true);
      expect(await other.enter('ceremony-1', 'command-b', START + MINUTE)).toBe(false);
      expect(await other.enter('ceremony-1', 'command-a', START + MINUTE)).toBe(true);
      expect(await other.enter('ceremony-2', 'command-b', START + MINUTE)).toBe(true);
    });

    it('remembers until the ceremony expires, and lets go afterwards', async () => {
      const [one, other] = opened.gates;
      await one.enter('ceremony-1', 'command-a', START + MINUTE);
      now = START + MINUTE - 1;
      expect(await other.enter('ceremony-1', 'command-b', START + MINUTE)).toBe(false);
      now = START + MINUTE;
      expect(await other.enter('ceremony-1', 'command-b', START + 2 * MINUTE)).toBe(true);
    });

    it('lets one of many through that come at once', async () => {
      const entered = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          opened.gates[index % 2 === 0 ? 0 : 1].enter('ceremony-1', `command-${index}`, START + MINUTE),
        ),
      );
      expect(entered.filter((through) => through)).toHaveLength(1);
    });
  });
}
