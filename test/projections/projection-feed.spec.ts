import { describe, expect, it } from '@jest/globals';
import { ProjectionFeed } from '../../src/application/projections/projection-feed.js';
import { sample } from './account-events.js';
import { DataFolder } from './read-side.js';

const LISTENER = { advanced: () => undefined, stopped: () => undefined, strayed: () => undefined };

describe('a feed', () => {
  it('is joined only by who has had what it has handed over, and only where it is not far behind', async () => {
    const folder = new DataFolder();
    await folder.append('ann', ...Array.from({ length: 300 }, () => sample('StepUpConsumed')));
    const { progress, sources } = folder.readSide();
    const feed = new ProjectionFeed(sources, progress, LISTENER, 150, []);
    const joined = [0, 149, 150, 250, 251].filter((position) => feed.isCloseBehind(position));
    expect(joined).toStrictEqual([150, 250]);
    feed.stop();
    expect(feed.isCloseBehind(150)).toBe(false);
    await folder.close();
  });
});
