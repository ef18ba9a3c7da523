import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { CreationOptions } from '../../src/application/ports/webauthn.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { PHONE } from '../support/journeys.js';
import type { Answered, KillableService } from '../support/killable-service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const RACES = 1_000;
const AT_ONCE = 10;
/** One that MPChat's policy names. */
const ORIGIN = 'https://www.mp.net';

interface Started {
  readonly ceremonyId: string;
  readonly publicKey: CreationOptions;
}

describe('two processes that are asked for a passkey at the same moment, where an account may have one', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it(`C7: never add two, in ${RACES} races`, async () => {
    const started = await ClusterOfProcesses.start(undefined, 'mpchat');
    cluster = started;
    const processes = [await started.process('api'), await started.process('api')] as const;
    await started.process('projector', 'worker');

    const ends = new Map<string, number>();
    const accounts: { readonly path: string; readonly position: string }[] = [];
    const race = async (index: number): Promise<void> => {
      const path = `/v1/mpchat/accounts/racer-${index}`;
      await sent(processes[0], 'PUT', path, { phone: `+8618${String(500_000_000 + index)}` });
      const ready = await Promise.all(processes.map((process) => readyToRegister(process, path)));
      const finished = await Promise.all(
        processes.map((process, which) =>
          process.post('POST', `${path}/passkeys`, randomUUID(), ready[which]),
        ),
      );
      const end = finished.map(codeOf).toSorted().join(' and ');
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const won = finished.find((answer) => answer?.status === 201);
      if (won !== undefined) accounts.push({ path, ...(JSON.parse(won.text) as { position: string }) });
    };
    for (let first = 0; first < RACES; first += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => race(first + index)));

    expect([...ends]).toStrictEqual([['201 and passkey-limit-reached', RACES]]);
    const counts = new Set<number>();
    for (const { path, position } of accounts) {
      const list = (await processes[1].get(`${path}/passkeys?after=${position}`)) as { passkeys: unknown[] };
      counts.add(list.passkeys.length);
    }
    expect([...counts]).toStrictEqual([1]);
  }, 480_000);
});

/** A ceremony begun by this process, answered by an authenticator of its own, and not yet finished. */
async function readyToRegister(process: KillableService, path: string): Promise<object> {
  const word = { factor: 'sms', purpose: 'bind-passkey', outcome: 'passed' };
  const { grant } = await sent<{ grant: string }>(process, 'POST', `${path}/security-checks/attest`, word);
  const { ceremonyId, publicKey } = await sent<Started>(process, 'POST', `${path}/passkeys/registrations`, {
    grant,
    device: PHONE,
    entryPoint: 'security-center',
  });
  const authenticator = new SoftwareAuthenticator({ algorithm: -7, backupEligible: true });
  return { ceremonyId, credential: authenticator.create(publicKey, { origin: ORIGIN }) };
}

async function sent<Body = unknown>(
  process: KillableService,
  method: string,
  path: string,
  body: object,
): Promise<Body> {
  const answer = await process.post(method, path, randomUUID(), body);
  if (answer === undefined || answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer?.status ?? 'no answer'} ${answer?.text ?? ''}`);
  return JSON.parse(answer.text) as Body;
}

function codeOf(answer: Answered | undefined): string {
  if (answer === undefined) return 'no answer';
  return answer.status < 300 ? String(answer.status) : (JSON.parse(answer.text) as { code: string }).code;
}
