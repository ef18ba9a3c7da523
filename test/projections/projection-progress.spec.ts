import { describe, expect, it } from '@jest/globals';
import { ProjectionProgress } from '../../src/application/projections/projection-progress.js';

const LONG = 60_000;

describe('gathering events until somebody waits for a projection', () => {
  it('is ended by whoever begins to wait', async () => {
    const progress = new ProjectionProgress();
    const gathered = progress.awaited(LONG, new AbortController().signal);
    const waited = progress.next('passkey-list', 3, LONG);
    await gathered;
    progress.advanced('passkey-list', 3);
    await waited;
  });

  it('is over at once while somebody waits, and not once they have what they waited for', async () => {
    const progress = new ProjectionProgress();
    const waited = progress.next('passkey-list', 3, LONG);
    await progress.awaited(LONG, new AbortController().signal);
    progress.advanced('passkey-list', 3);
    await waited;
    let over = false;
    const ending = new AbortController();
    const gathered = progress.awaited(LONG, ending.signal).then(() => (over = true));
    await Promise.resolve();
    expect(over).toBe(false);
    ending.abort();
    await gathered;
  });

  it('is over at once for a feed that has ended, and after its time', async () => {
    const progress = new ProjectionProgress();
    await progress.awaited(LONG, AbortSignal.abort());
    await progress.awaited(1, new AbortController().signal);
  });
});
