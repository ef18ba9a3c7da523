import { join } from 'node:path';
import type { SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { answered, PRODUCTS } from './journeys.js';
import { life } from './life-of-an-account.js';
import { requestReset } from './reset-journeys.js';
import { runServer } from './running-server.js';
import { settled } from './settled.js';

/** The data folder of a service that has run and was stopped. */
export interface LivedFolder {
  readonly folder: string;
  readonly file: (name: keyof typeof FILES) => string;
  /** Of the accounts that were erased, one of each product. */
  readonly erased: readonly SubjectId[];
  /** How late it was. */
  readonly now: number;
}

/**
 * At each product an account that has lived through everything and one that was erased; at one of them a reset waits for its verdict.
 */
export async function livedFolder(): Promise<LivedFolder> {
  const server = await runServer();
  for (const rp of PRODUCTS) {
    const { person } = await life(server, rp, 'lovelace');
    const ended = await life(server, rp, 'babbage');
    answered(await ended.person.call('DELETE', ''), 200);
    if (rp === 'mpchat') await requestReset(person);
  }
  await settled(server);
  const erased: SubjectId[] = [];
  for await (const { stream, type } of server.service.tier.events.readAll(0)) {
    if (type === 'AccountErased') erased.push(as(stream.slice(stream.lastIndexOf('.') + 1)));
  }
  const now = server.clock.now();
  await server.close();
  const file = (name: keyof typeof FILES): string => join(server.dataFolder, FILES[name]);
  return { folder: server.dataFolder, file, erased, now };
}
