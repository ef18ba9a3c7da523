import { eventually } from './eventually.js';
import type { RunningServer } from './running-server.js';

/** Everything that was recorded has been shown and told, to the last message. */
export async function settled({ service }: RunningServer): Promise<void> {
  const { background, tier } = service;
  await background.done();
  const head = await tier.events.head();
  await eventually(async () => (await tier.processes.report()).every(({ position }) => position >= head));
  await eventually(async () => (await tier.projections.report()).every(({ position }) => position >= head));
  await eventually(async () => {
    const { due, running } = await tier.jobs.counts();
    return due + running === 0;
  });
}
