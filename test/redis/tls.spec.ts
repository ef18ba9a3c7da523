import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redisServerOf } from '../../src/infrastructure/redis/connection-settings.js';
import { attestationKey, certificateOf, keyOf } from '../support/attestation-certificates.js';
import { RedisServer } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DAY = 86_400_000;
const authority = attestationKey({ name: 'Example Authority', authority: true });
const stranger = attestationKey({ name: 'Another Authority', authority: true });
const host = attestationKey({ name: 'localhost', issuer: authority });
const elsewhere = attestationKey({ name: 'redis.example', issuer: authority });
const expired = attestationKey({ name: 'localhost', issuer: authority, notAfter: Date.now() - DAY / 2 });

const folder = temporaryFolder();
const file = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const trusted = file('authority.crt', certificateOf(authority));
const UNREACHABLE = expect.objectContaining({ name: 'Unavailable', message: 'redis-unreachable' });

describe('the address of a Redis', () => {
  it('names its server, its user and its database', () => {
    expect(redisServerOf('redis://127.0.0.1')).toStrictEqual({ host: '127.0.0.1', port: 6379, db: 0 });
    expect(redisServerOf('rediss://latchkey:open%40sesame@redis.example:6380/3')).toStrictEqual({
      host: 'redis.example',
      port: 6380,
      username: 'latchkey',
      password: 'open@sesame',
      db: 3,
      tls: { servername: 'redis.example' },
    });
    expect(redisServerOf('rediss://:opensesame@[::1]/')).toStrictEqual({
      host: '::1',
      port: 6379,
      password: 'opensesame',
      db: 0,
      tls: {},
    });
  });

  it.each(['redis://:opensesame@localhost', 'redis://127.9.9.9', 'redis://[::1]:6380/2'])(
    'may be in the clear on this machine: %s',
    (address) => {
      expect(redisServerOf(address).tls).toBeUndefined();
    },
  );

  it('is in the clear to another machine where it says so', () => {
    expect(redisServerOf('redis://:opensesame@redis:6379/1?tls=false')).toStrictEqual({
      host: 'redis',
      port: 6379,
      password: 'opensesame',
      db: 1,
    });
  });

  it('means TLS however it is written', () => {
    for (const scheme of ['rediss', 'REDISS', 'Rediss']) {
      expect(redisServerOf(`${scheme}://redis.example`).tls).toStrictEqual({ servername: 'redis.example' });
    }
  });

  it.each([
    ['that is none', 'opensesame', 'is no URL'],
    ['of something else', 'https://u:opensesame@redis.example', 'does not begin with redis://'],
    ['without a host', 'redis:///1', 'names no host'],
    ['that turns TLS off', 'rediss://u:opensesame@redis.example?tls=', 'has parameters'],
    ['that says two things', 'rediss://u:opensesame@redis.example?tls=false', 'has parameters'],
    ['in the clear', 'redis://u:opensesame@redis.example', 'needs rediss://'],
    ['in capitals in the clear', 'REDIS://u:opensesame@redis.example', 'needs rediss://'],
    ['in the clear within the network', 'redis://u:opensesame@10.0.0.7', 'needs rediss://'],
    ['of another that begins like this one', 'redis://u:opensesame@localhost.example', 'needs rediss://'],
    ['of an address that isn’t', 'redis://u:opensesame@127.0.0.1.example', 'needs rediss://'],
    ['with more than that', 'redis://u:opensesame@redis.example?tls=false&db=1', 'has parameters'],
    [
      'that sets what connections are held to',
      'redis://u:opensesame@redis.example?maxRetriesPerRequest=9',
      'has',
    ],
    ['with a name for a number', 'rediss://u:opensesame@redis.example/latchkey', 'no database’s number'],
  ])('is refused %s, and not quoted', (_, address, why) => {
    expect(() => redisServerOf(address)).toThrow(why);
    expect(() => redisServerOf(address)).not.toThrow('opensesame');
  });
});

describe('Redis with TLS', () => {
  const servers: RedisServer[] = [];
  let server: RedisServer;

  async function serve(name: string, key: typeof host): Promise<RedisServer> {
    const certificate = file(`${name}.crt`, certificateOf(key));
    const started = await RedisServer.startWithTls({ certificate, key: file(`${name}.key`, keyOf(key)) });
    servers.push(started);
    return started;
  }

  /** What a process is told that trusts an authority beside those of Node. */
  async function told(url: string, authorities = trusted): Promise<unknown> {
    const child = spawn(process.execPath, [resolve('test/support/redis-caller.mjs'), url], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authorities },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(await text(child.stdout)) as unknown;
  }

  beforeAll(async () => {
    server = await serve('localhost', host);
  });
  afterAll(async () => {
    for (const each of servers) await each.kill();
  });

  it('is asked under the certificate of its name', async () => {
    const answer = expect.objectContaining({ reply: 'hello', pong: 'PONG' });
    expect(await told(server.url)).toEqual(answer);
    expect(await told(server.url.replace('rediss', 'REDISS'))).toEqual(answer);
  });

  it('is asked nothing in the clear', async () => {
    expect(await told(server.url.replace('rediss', 'redis'))).toEqual(UNREACHABLE);
  });

  it('is asked nothing under a certificate of nobody whom we trust', async () => {
    expect(await told(server.url, file('stranger.crt', certificateOf(stranger)))).toEqual(UNREACHABLE);
  });

  it('is asked nothing under the certificate of another name, nor by an address that its own doesn’t name', async () => {
    expect(await told((await serve('elsewhere', elsewhere)).url)).toEqual(UNREACHABLE);
    expect(await told(server.url.replace('localhost', '127.0.0.1'))).toEqual(UNREACHABLE);
  });

  it('is asked nothing under a certificate that has expired', async () => {
    expect(await told((await serve('expired', expired)).url)).toEqual(UNREACHABLE);
  });

  it('is told no name and no password where it speaks no TLS', async () => {
    const heard: Buffer[] = [];
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard.push(bytes);
        socket.end('-ERR what was that?\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const answer = await told(`rediss://latchkey:opensesame@localhost:${port}`);
    expect(answer).toEqual(UNREACHABLE);
    expect(JSON.stringify(answer)).not.toContain('opensesame');
    // RFC 8446 §5.1: the record of a handshake.
    expect(heard[0]?.[0]).toBe(0x16);
    expect(Buffer.concat(heard).includes('opensesame')).toBe(false);
    listener.close();
  });
});
