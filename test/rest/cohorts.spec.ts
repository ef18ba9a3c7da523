import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { handleInCohorts } from '../../src/infrastructure/rest/cohorts.js';

let steps: string[];
let server: FastifyInstance;

beforeEach(async () => {
  steps = [];
  server = fastify();
  handleInCohorts(server);
  for (const route of ['/:name', '/another/:name']) {
    server.get(route, async (request) => {
      const { name } = request.params as { name: string };
      steps.push(`${name} begins`);
      await Promise.resolve();
      if (name === 'bad') throw new Error('of one request alone');
      steps.push(`${name} ends`);
      return { name };
    });
  }
  await server.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => server.close());

/** Statuses of requests that are written, and so read, in one go. */
async function askTogether(...names: readonly string[]): Promise<readonly string[]> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  const last = names.length - 1;
  const requests = names.map((name, index) => {
    return `GET /${name} HTTP/1.1\r\nhost: localhost\r\n${index === last ? 'connection: close\r\n' : ''}\r\n`;
  });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.write(requests.join(''));
  await once(socket, 'close');
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '');
}

describe('requests that arrive together', () => {
  it('take each step side by side', async () => {
    expect(await askTogether('a', 'b', 'c')).toStrictEqual(['200', '200', '200']);
    expect(steps).toStrictEqual(['a begins', 'b begins', 'c begins', 'a ends', 'b ends', 'c ends']);
  });

  it('go with those of their own route', async () => {
    expect(await askTogether('a', 'another/x', 'b', 'another/y')).toStrictEqual(['200', '200', '200', '200']);
    expect(steps).toStrictEqual([
      'a begins',
      'b begins',
      'x begins',
      'y begins',
      'a ends',
      'b ends',
      'x ends',
      'y ends',
    ]);
  });

  it('fail alone', async () => {
    expect(await askTogether('a', 'bad', 'c')).toStrictEqual(['200', '500', '200']);
    expect(steps).toStrictEqual(['a begins', 'bad begins', 'c begins', 'a ends', 'c ends']);
  });

  it('need not be several', async () => {
    expect(await askTogether('a')).toStrictEqual(['200']);
    expect(await askTogether('b')).toStrictEqual(['200']);
  });
});
