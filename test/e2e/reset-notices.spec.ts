import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY, MINUTE } from '../../src/domain/kernel/time.js';
import type { Person } from '../support/journeys.js';
import { answered, personWithPasskey, PRODUCTS } from '../support/journeys.js';
import { passedReset, pressed, registerAfter, requestReset, stopReset } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

interface Outbox {
  readonly messages: readonly { readonly notice?: string; readonly text: string }[];
}

/** The notices to each confirmed channel, which is told the same as every other; what follows at once may overtake. */
async function told(person: Person): Promise<readonly (string | undefined)[]> {
  await settled(server);
  const read = async (to: string): Promise<readonly (string | undefined)[]> => {
    const answer = await server.call('GET', `/dev/outbox?to=${encodeURIComponent(to)}`);
    return answered<Outbox>(answer, 200)
      .messages.map(({ notice }) => notice)
      .filter((notice) => notice !== undefined)
      .toSorted();
  };
  const byPhone = await read(person.phone);
  expect(await read(person.email)).toStrictEqual(byPhone);
  return byPhone;
}

const newPhone = (): SoftwareAuthenticator => new SoftwareAuthenticator();

describe.each(PRODUCTS)('B1, M11: whoever owns an account at %s is told on every channel', (rp) => {
  it('of a reset when it is asked for and when it is done, and of the passkey after it', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await requestReset(ada);
    expect(await told(ada)).toStrictEqual(['passkey-added', 'reset-requested']);
    answered(await pressed(ada, reset, 'passed'), 200);
    expect(await told(ada)).toStrictEqual(['passkey-added', 'reset-completed', 'reset-requested']);
    await registerAfter(ada, reset, newPhone());
    const afterwards = (await told(ada)).filter((kind) => kind === 'passkey-added');
    expect(afterwards).toHaveLength(2);
  });

  it('when the removed passkey disputes it', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await passedReset(ada);
    answered(await stopReset(ada, reset, 'dispute'), 200);
    const kinds = ['reset-completed', 'reset-disputed', 'reset-requested'];
    expect(await told(ada)).toStrictEqual(['passkey-added', ...kinds]);
  });

  it('when it is cancelled, rejected or out of time', async () => {
    const ada = await personWithPasskey(server, rp);
    answered(await stopReset(ada, await requestReset(ada), 'cancel'), 200);
    answered(await pressed(ada, await requestReset(ada), 'final'), 200);
    await requestReset(ada);
    server.clock.advance(30 * MINUTE);
    await until(
      () => ada.call('GET', '/history'),
      ({ text }) => text.includes('LivenessResetExpired'),
    );
    const asked = ['reset-requested', 'reset-requested', 'reset-requested'];
    const kinds = ['reset-cancelled', 'reset-expired', 'reset-rejected', ...asked];
    expect(await told(ada)).toStrictEqual(['passkey-added', ...kinds]);
  });
});

describe('F11, M11: whoever owns an account at moomoo is told on every channel', () => {
  it('of a device that is trusted from now on', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    answered(await ada.approve(asked), 200);
    answered(await ada.collect(asked), 200);
    expect(await told(ada)).toStrictEqual(['device-trusted', 'passkey-added']);
  });

  it('of a sign-in that was denied', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    answered(await ada.decide(asked.approvalId, { decision: 'deny' }), 200);
    expect(await told(ada)).toStrictEqual(['passkey-added', 'sign-in-denied']);
  });
});

describe('B1: a reset that nobody decides', () => {
  it('expires by a timer that survives a restart', async () => {
    const { clock } = server;
    const before = await runServer({ clock });
    const ada = await personWithPasskey(before, 'mpchat');
    await requestReset(ada);
    const { dataFolder, port } = before;
    const { developmentApiKey } = before.service.settings;
    await before.close();
    clock.advance(DAY);
    const after = await runServer({ clock, settings: { dataFolder, port, developmentApiKey } });
    try {
      const again = Object.assign(Object.create(ada) as Person, { server: after });
      await until(
        () => again.call('GET', '/history'),
        ({ text }) => text.includes('LivenessResetExpired'),
      );
      expect((await again.history()).at(-1)).toMatchObject({
        type: 'LivenessResetExpired',
        actor: 'system',
        data: { reason: 'time' },
      });
    } finally {
      await after.close();
    }
  });

  it('ends when its provider gives the check up', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await requestReset(ada);
    answered(await pressed(ada, reset, 'expired'), 200);
    expect((await ada.history()).at(-1)).toMatchObject({
      type: 'LivenessResetExpired',
      data: { resetId: reset.resetId, reason: 'provider' },
    });
    await ada.signIn();
    await requestReset(ada);
  });
});
