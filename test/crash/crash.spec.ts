import { execFile } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { freePort } from '../support/free-port.js';
import type { Answered } from '../support/killable-service.js';
import { KillableService } from '../support/killable-service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILLS = 50;
const WORKERS = 6;
const DEVICE = { platform: 'macos', osVersion: '15', appKind: 'web', screenLock: true } as const;
const run = promisify(execFile);

/** A command that was answered, as it was sent. */
interface Done {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
  readonly answer: Answered;
}

/** One backend that goes on with its account whatever happens to the service, sending again what was not answered. */
class Worker {
  readonly answered: Done[] = [];
  readonly account: string;
  renames = 0;
  signIns = 0;
  name = '';
  passkeyId = '';
  position = '';
  private readonly authenticator = new SoftwareAuthenticator({ algorithm: -7, backupEligible: true });
  private goOn: Promise<void> = Promise.resolve();
  stopped = false;

  constructor(
    private readonly service: KillableService,
    private readonly onAnswer: () => void,
    index: number,
  ) {
    this.account = `/v1/moomoo/accounts/crash-${index}`;
  }

  /** Nothing more is sent until this is done. */
  waitFor(restarted: Promise<void>): void {
    this.goOn = restarted;
  }

  async work(): Promise<void> {
    await this.send('PUT', this.account, {
      displayName: 'Crash',
      phone: `+86185${randomInt(10_000_000, 99_999_999)}`,
    });
    const { grant } = await this.send('POST', `${this.account}/security-checks/attest`, {
      factor: 'sms',
      purpose: 'bind-passkey',
      outcome: 'passed',
    });
    const started = await this.send('POST', `${this.account}/passkeys/registrations`, {
      grant,
      device: DEVICE,
      entryPoint: 'security-center',
    });
    const created = this.authenticator.create(started['publicKey'] as never, { origin: this.service.origin });
    const registered = await this.send('POST', `${this.account}/passkeys`, {
      ceremonyId: started['ceremonyId'],
      credential: created,
    });
    this.passkeyId = (registered['passkey'] as { passkeyId: string }).passkeyId;
    const device = { ...DEVICE, deviceToken: registered['deviceToken'] };
    while (!this.stopped || this.signIns === 0) {
      const name = `Phone ${this.renames + 1}`;
      await this.send('PATCH', `${this.account}/passkeys/${this.passkeyId}`, { name });
      this.name = name;
      this.renames += 1;
      const signIn = await this.send('POST', '/v1/moomoo/sign-ins', { device });
      const credential = this.authenticator.get(signIn['publicKey'] as never, {
        origin: this.service.origin,
      });
      await this.send('POST', `/v1/moomoo/sign-ins/${String(signIn['ceremonyId'])}/verify`, { credential });
      this.signIns += 1;
    }
  }

  private async send(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const key = randomUUID();
    for (;;) {
      await this.goOn;
      const answer = await this.service.post(method, path, key, body);
      if (answer === undefined) continue;
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      this.answered.push({ method, path, key, body, answer });
      this.onAnswer();
      const json = JSON.parse(answer.text) as Record<string, unknown>;
      if (typeof json['position'] === 'string') this.position = json['position'];
      return json;
    }
  }
}

describe('a service that is killed at any moment', () => {
  let service: KillableService | undefined;
  afterAll(async () => {
    await service?.kill();
  });

  it(
    `keeps every answer and repeats every command to the same one, over ${KILLS} kills`,
    async () => {
      const killed = new KillableService(temporaryFolder(), await freePort());
      service = killed;
      await killed.start();
      const answers = new Countdown();
      const workers = Array.from(
        { length: WORKERS },
        (_, index) => new Worker(killed, () => answers.count(), index),
      );
      const work = Promise.all(workers.map((worker) => worker.work()));

      for (let kill = 0; kill < KILLS; kill++) {
        // However slow the machine is, something was answered; then a moment that falls anywhere in what comes next.
        await Promise.race([work, answers.after(randomInt(1, 40)).then(() => passes(randomInt(0, 15)))]);
        let restarted = (): void => undefined;
        const restart = new Promise<void>((resolve) => (restarted = resolve));
        for (const worker of workers) worker.waitFor(restart);
        await killed.kill();
        await killed.start();
        for (const worker of workers) {
          // What was answered last before the kill is what a crash would lose first.
          for (const done of worker.answered.slice(-3)) {
            expect(await killed.post(done.method, done.path, done.key, done.body)).toStrictEqual(done.answer);
          }
        }
        restarted();
      }
      for (const worker of workers) worker.stopped = true;
      await work;

      for (const { method, path, key, body, answer } of workers.flatMap((worker) => worker.answered)) {
        expect(await killed.post(method, path, key, body)).toStrictEqual(answer);
      }
      for (const worker of workers)
        expect(await recordedOf(killed, worker)).toStrictEqual(expectedOf(worker));

      const before = await viewsOf(killed, workers);
      for (const { name } of PROJECTIONS) {
        await run(process.execPath, [
          'bin/latchkey.js',
          'projections',
          'rebuild',
          name,
          '--data',
          killed.folder,
        ]);
      }
      expect(await viewsOf(killed, workers)).toStrictEqual(before);
    },
    15 * 60_000,
  );
});

/** Says when so many more answers have come. */
class Countdown {
  private left = 0;
  private reached = (): void => undefined;

  after(answers: number): Promise<void> {
    this.left = answers;
    return new Promise((resolve) => (this.reached = resolve));
  }

  count(): void {
    this.left -= 1;
    if (this.left === 0) this.reached();
  }
}

/** How often each thing happened to the account, from its history. */
async function recordedOf(service: KillableService, worker: Worker): Promise<object> {
  const counts: Record<string, number> = {};
  let cursor = '';
  for (;;) {
    const page = (await service.get(`${worker.account}/history?after=${worker.position}${cursor}`)) as {
      events: readonly { type: string }[];
      next?: number;
    };
    for (const { type } of page.events) counts[type] = (counts[type] ?? 0) + 1;
    if (page.next === undefined) break;
    cursor = `&cursor=${page.next}`;
  }
  const list = (await service.get(`${worker.account}/passkeys?after=${worker.position}`)) as {
    passkeys: readonly { name: string }[];
  };
  return { counts, names: list.passkeys.map(({ name }) => name) };
}

/** Every answered command is there, and none of them twice. */
function expectedOf(worker: Worker): object {
  return {
    counts: {
      AccountEnrolled: 1,
      SecurityCheckPassed: 1,
      PasskeyRegistered: 1,
      DeviceTrusted: 1,
      PasskeyRenamed: worker.renames,
      PasskeyUsed: worker.signIns,
    },
    names: [worker.name],
  };
}

function viewsOf(service: KillableService, workers: readonly Worker[]): Promise<readonly unknown[]> {
  return Promise.all(
    workers.flatMap(({ account, position }) =>
      ['', '/passkeys', '/history'].map((view) => service.get(`${account}${view}?after=${position}`)),
    ),
  );
}

function passes(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
