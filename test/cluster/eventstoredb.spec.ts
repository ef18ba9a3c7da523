import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clusterFor } from '../support/cluster.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import type { Product } from '../support/journeys.js';
import { answered, Person, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe.each(PRODUCTS)(
  'the main job of %s, its events in a protocol double of EventStoreDB',
  (rp: Product) => {
    let double: EventStoreDbDouble;
    let server: RunningServer;

    beforeAll(async () => {
      double = await EventStoreDbDouble.start();
      double.foreign('$stats-127.0.0.1:2113', 3);
      const { connectionString } = double;
      const cluster = {
        ...(await clusterFor(temporaryFolder())),
        eventStoreDb: { connectionString, namespace: `latchkey-${randomUUID()}-` },
      };
      server = await runServer({ settings: { cluster } });
    });
    afterAll(async () => {
      await server.close();
      double.stop();
    });

    it('C7: enrols, adds a passkey, lists, renames, signs in, and tells it all', async () => {
      const ada = new Person(server, rp);
      await ada.enrol();
      const { passkey } = await ada.addPasskey('Phone');
      await ada.signIn();
      const path = `/passkeys/${passkey.passkeyId}`;
      const { position } = answered<{ position: string }>(
        await ada.call('PATCH', path, { body: { name: 'Pocket' } }),
        200,
      );
      const list = await ada.call('GET', `/passkeys?after=${position}`);
      expect(answered<{ passkeys: object[] }>(list, 200).passkeys).toMatchObject([{ name: 'Pocket' }]);
      await settled(server);
      expect(await ada.typesRecorded()).toEqual(
        expect.arrayContaining(['AccountEnrolled', 'PasskeyRegistered', 'PasskeyUsed', 'PasskeyRenamed']),
      );
      expect(server.messagesTo(ada.phone).map(({ text }) => text)).toContainEqual(
        expect.stringContaining('Phone'),
      );
    });
  },
);
