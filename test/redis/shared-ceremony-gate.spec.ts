import { afterAll, beforeAll } from '@jest/globals';
import { RedisEphemeralStore } from '../../src/infrastructure/redis/redis-ephemeral-store.js';
import { SharedCeremonyGate } from '../../src/infrastructure/webauthn/shared-ceremony-gate.js';
import { ceremonyGateContract } from '../contract/ceremony-gate.contract.js';
import { RedisServer } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

let opened = 0;

ceremonyGateContract('SharedCeremonyGate on Redis', async (clock) => {
  const prefix = `test-${(opened += 1)}:`;
  const connections = [await server.connection(prefix), await server.connection(prefix)] as const;
  const gateOn = (connection: (typeof connections)[number]) =>
    new SharedCeremonyGate(new RedisEphemeralStore(connection, clock));
  return {
    gates: [gateOn(connections[0]), gateOn(connections[1])],
    close: () => {
      for (const connection of connections) connection.close();
      return Promise.resolve();
    },
  };
});
