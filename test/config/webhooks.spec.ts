import { describe, expect, it } from '@jest/globals';
import { as } from '../../src/domain/kernel/ids.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { WEBHOOK_EVENTS } from '../../src/domain/policy/webhooks.js';
import { loadPolicies } from '../../src/infrastructure/config/policy-files.js';
import { PRODUCTS } from '../support/journeys.js';
import { moomoo, mpchat } from '../support/shipped-policies.js';
import { changedPolicy, problemsOf } from './policy-folder.js';

const URL_OF_BACKEND = 'https://backend.mp.net/latchkey?from=mpchat';
const problems = (webhooks: unknown): readonly string[] =>
  problemsOf(changedPolicy('mpchat', [[['webhooks'], webhooks]])).map((line) =>
    line.replace('mpchat.yaml: ', ''),
  );

function inDevelopment(url: string): RelyingParty | undefined {
  const folder = changedPolicy('mpchat', [
    [['webhooks'], { url }],
    [['securityEvents'], { url, audience: 'a' }],
  ]);
  return loadPolicies(folder, { development: { origin: 'http://localhost:3000' } }).get(as('mpchat'));
}

describe('webhooks in a policy', () => {
  it('are in neither that ships, and may be in both', () => {
    expect([mpchat.webhooks, moomoo.webhooks]).toStrictEqual([undefined, undefined]);
    for (const slug of PRODUCTS) {
      const folder = changedPolicy(slug, [
        [['webhooks'], { url: URL_OF_BACKEND, events: [...WEBHOOK_EVENTS] }],
      ]);
      expect(loadPolicies(folder).get(as(slug))?.webhooks).toStrictEqual({
        url: URL_OF_BACKEND,
        events: [...WEBHOOK_EVENTS],
      });
    }
  });

  it.each([
    'http://backend.mp.net/latchkey',
    'https://user:password@backend.mp.net',
    'https://user@backend.mp.net',
    'https://backend.mp.net/#latchkey',
    'ftp://backend.mp.net',
    'file:///etc/passwd',
    'http://localhost.mp.net',
    'http://127.0.0.1.mp.net',
    'http://[::ffff:127.0.0.1]',
    'backend.mp.net',
    '',
  ])('can’t go to %j', (url) => {
    expect(problems({ url })).toStrictEqual([
      `webhooks.url: expected an https URL without credentials or fragment, got ${JSON.stringify(url)}`,
    ]);
  });

  it.each(['http://localhost:4000/hooks', 'http://127.0.0.1:4000/hooks', 'http://[::1]:4000/hooks'])(
    'go to %s in development alone',
    (url) => {
      expect(problems({ url })).toStrictEqual([
        `webhooks.url: expected an https URL outside development, got "${url}"`,
      ]);
      expect(inDevelopment(url)).toMatchObject({ webhooks: { url }, securityEvents: { url, audience: 'a' } });
    },
  );

  it.each([URL_OF_BACKEND, 'https://localhost.mp.net'])(
    'go in development not to %s, which is a real one',
    (url) => {
      expect(problems({ url })).toStrictEqual([]);
      expect(inDevelopment(url)).not.toHaveProperty('webhooks');
      expect(inDevelopment(url)).not.toHaveProperty('securityEvents');
    },
  );

  it('are of types that there are, each named once', () => {
    const url = URL_OF_BACKEND;
    expect(problems({ url, events: [] })).toStrictEqual([
      'webhooks.events: expected a list of 1 or more, got an empty list',
    ]);
    expect(problems({ url, events: ['passkey.created', 'passkey.used'] })).toStrictEqual([
      `webhooks.events[1]: expected one of ${WEBHOOK_EVENTS.join(', ')}, got "passkey.used"`,
    ]);
    expect(problems({ url, events: ['passkey.created', 'passkey.created'] })).toStrictEqual([
      'webhooks.events[1]: stands here twice, got "passkey.created"',
    ]);
    expect(problems({ url, secret: 'whsec_x' })).toStrictEqual([
      'webhooks.secret: unknown key, got "whsec_x"',
    ]);
  });
});

describe('security events in a policy', () => {
  const complaints = (securityEvents: unknown): readonly string[] =>
    problemsOf(changedPolicy('moomoo', [[['securityEvents'], securityEvents]])).map((line) =>
      line.replace('moomoo.yaml: ', ''),
    );

  it('are in neither that ships, and may be in both', () => {
    expect([mpchat.securityEvents, moomoo.securityEvents]).toStrictEqual([undefined, undefined]);
    for (const slug of PRODUCTS) {
      const given = { url: URL_OF_BACKEND, audience: 'https://receiver.example' };
      const folder = changedPolicy(slug, [[['securityEvents'], given]]);
      expect(loadPolicies(folder).get(as(slug))?.securityEvents).toStrictEqual(given);
    }
  });

  it('name an https URL and an audience', () => {
    const url = URL_OF_BACKEND;
    expect(complaints({ url })).toStrictEqual([
      'securityEvents.audience: expected one line of 1 to 200 printable characters, got nothing',
    ]);
    expect(complaints({ url: 'http://backend.mp.net', audience: 'a' })).toStrictEqual([
      'securityEvents.url: expected an https URL without credentials or fragment, got "http://backend.mp.net"',
    ]);
    expect(complaints({ url: 'http://localhost:4000', audience: 'a' })).toStrictEqual([
      'securityEvents.url: expected an https URL outside development, got "http://localhost:4000"',
    ]);
  });
});
