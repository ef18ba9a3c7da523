import { randomInt, randomUUID } from 'node:crypto';
import type { Answered } from './killable-service.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

const DEVICE = { platform: 'macos', osVersion: '15', appKind: 'web', screenLock: true } as const;

/** Where a backend sends its calls. */
export interface Reachable {
  /** Of the pages that ask for passkeys. */
  readonly origin: string;
  /** Undefined where there was no answer, or not the whole of one. */
  post(method: string, path: string, idempotencyKey: string, body: unknown): Promise<Answered | undefined>;
  /** @throws where it isn't answered with 200 */
  get(path: string): Promise<unknown>;
}

/** A command that was answered, as it was sent. */
export interface Done {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
  readonly answer: Answered;
}

/** One backend that goes on with its account whatever happens to the service, sending again what was not answered. */
export class BackendAtWork {
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
    private readonly service: Reachable,
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

/** How often each thing happened to the account, from its history. */
export async function recordedOf(service: Reachable, worker: BackendAtWork): Promise<object> {
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
export function expectedOf(worker: BackendAtWork): object {
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

export function viewsOf(service: Reachable, workers: readonly BackendAtWork[]): Promise<readonly unknown[]> {
  return Promise.all(
    workers.flatMap(({ account, position }) =>
      ['', '/passkeys', '/history'].map((view) => service.get(`${account}${view}?after=${position}`)),
    ),
  );
}
