import { Argument, Command } from 'commander';
import { SECURITY_EVENT_DELIVERY } from '../application/security-events/security-event-jobs.js';
import { WEBHOOK_DELIVERY } from '../application/webhooks/webhook-jobs.js';
import type { GoneReceiverStore, ReceiverKind } from '../infrastructure/webhooks/gone-receivers.js';
import { RECEIVER_KINDS } from '../infrastructure/webhooks/gone-receivers.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import type { GivenUp } from './jobs.js';
import { retryGivenUp, withJobs } from './jobs.js';
import { withServiceStores } from './service-stores.js';

const DELIVERIES: Readonly<Record<ReceiverKind, string>> = {
  webhooks: WEBHOOK_DELIVERY,
  'security-events': SECURITY_EVENT_DELIVERY,
};

/** Receivers that said they are gone: looked at, and told again. The service may be running. */
export function receiversCommand(): Command {
  const receivers = new Command('receivers').description(
    'Products’ receivers that answered 410 and are sent nothing since',
  );

  receivers
    .command('list')
    .description(
      'Lists the receivers that are gone: of which product, what they took, since when, and where.',
    )
    .option(...DATA_FOLDER)
    .action(({ data }: { data: string }) =>
      withServiceStores(
        () => existingFileIn(data, 'service'),
        async ({ goneReceivers }) => {
          for (const { rp, since, takes, url } of await goneReceivers.list())
            process.stdout.write(`${[rp, takes, new Date(since).toISOString(), url].join('  ')}\n`);
        },
      ),
    );

  receivers
    .command('resume')
    .description(
      'Has a receiver told again, of what was given up because it was gone as well. A running service begins within a minute.',
    )
    .argument('<slug>', 'the relying party that it is of, e.g. mpchat')
    .addArgument(new Argument('<takes>', 'what it takes').choices(RECEIVER_KINDS))
    .option(...DATA_FOLDER)
    .action((rp: string, takes: ReceiverKind, { data }: { data: string }) =>
      withServiceStores(
        () => existingFileIn(data, 'service'),
        ({ goneReceivers }) =>
          withJobs(data, async (jobs) => {
            const again = await resumeReceiver(goneReceivers, jobs, rp, takes);
            if (again === undefined) throw new Error(`no receiver of ${takes} of ${rp} is gone`);
            process.stdout.write(`${rp} is told again, of ${again} that were given up as well\n`);
          }),
      ),
    );

  return receivers;
}

/** @returns how many deliveries are run again that were given up; undefined where there is nothing to resume */
export async function resumeReceiver(
  gone: GoneReceiverStore,
  jobs: GivenUp,
  rp: string,
  takes: ReceiverKind,
): Promise<number | undefined> {
  const known = await gone.remove(rp, takes);
  // After that, or they would be given up once more.
  const again = await retryGivenUp(
    jobs,
    ({ failure, kind, payload }) =>
      kind === DELIVERIES[takes] && payload['rp'] === rp && failure.message === 'gone',
  );
  return known || again > 0 ? again : undefined;
}
