import { eventually } from './eventually.js';
import type { Person } from './journeys.js';
import { answered, personWithPasskey } from './journeys.js';
import type { RequestedReset } from './reset-journeys.js';
import { resetStatus } from './reset-journeys.js';
import type { RunningServer } from './running-server.js';
import type { SumsubDouble } from './sumsub-double.js';

/** Has a passkey and is linked to an applicant whom Sumsub has approved. */
export async function linkedPerson(server: RunningServer, sumsub: SumsubDouble): Promise<Person> {
  const ada = await personWithPasskey(server, 'mpchat');
  const subject = `applicant-of-${ada.accountId}`;
  sumsub.applicants.set(subject, { externalUserId: `user-of-${ada.accountId}` });
  answered(await ada.call('PUT', '', { body: { liveness: { provider: 'sumsub', subject } } }), 200);
  return ada;
}

/** Lets the hint's job ask as often as it wants to, and says how the reset stands then. */
export async function afterHint(
  sumsub: SumsubDouble,
  ada: Person,
  reset: RequestedReset,
  more = 1,
): Promise<unknown> {
  const { server } = ada;
  const before = sumsub.asked;
  answered(await sumsub.deliver(server, 'mpchat'), 204);
  await eventually(() => sumsub.asked >= before + more);
  await eventually(async () => {
    const { running, due } = await server.service.tier.jobs.counts();
    return running + due === 0;
  });
  return (await resetStatus(ada, reset))['status'];
}
