import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadPolicies } from '../../src/infrastructure/config/policy-files.js';
import type { Change } from './policy-folder.js';
import { changedPolicy, folderOf, problemsOf } from './policy-folder.js';

describe('a policy file with a wrong value', () => {
  const cases: readonly (readonly [problem: string, change: Change])[] = [
    ['passkeys.maximum: expected a whole number of 1 or more, got "two"', [['passkeys', 'maximum'], 'two']],
    ['passkeys.maximum: expected a whole number of 1 or more, got 0', [['passkeys', 'maximum'], 0]],
    ['passkeys.maximum: expected a whole number of 1 or more, got 1.5', [['passkeys', 'maximum'], 1.5]],
    [
      'passkeys.maximum: expected a whole number of 1 or more, got nothing',
      [['passkeys', 'maximum'], undefined],
    ],
    ['passkeys.maxmum: unknown key, got 3', [['passkeys', 'maxmum'], 3]],
    ['colour: unknown key, got "red"', [['colour'], 'red']],
    ['passkeys: expected a section of keys, got "one"', [['passkeys'], 'one']],
    [
      'passkeys.removal: expected one of with-proof, reset-only, got "sometimes"',
      [['passkeys', 'removal'], 'sometimes'],
    ],
    [
      'passkeys.nameMaximumLength: expected a whole number from 1 to 64, got 65',
      [['passkeys', 'nameMaximumLength'], 65],
    ],
    [
      'passkeys.unvouchedWait: expected a duration such as 30s, 10m, 24h or 30d, got "1 day"',
      [['passkeys', 'unvouchedWait'], '1 day'],
    ],
    [
      'lockOut.window: expected a duration such as 30s, 10m, 24h or 30d, got 300',
      [['lockOut', 'window'], 300],
    ],
    [
      'lockOut.window: expected a duration such as 30s, 10m, 24h or 30d, got "0m"',
      [['lockOut', 'window'], '0m'],
    ],
    [
      'factors.codeLifetime: expected a duration such as 30s, 10m, 24h or 30d, at most 10m, got "11m"',
      [['factors', 'codeLifetime'], '11m'],
    ],
    [
      'factors.beforeBinding: expected a list of 1 or more, got an empty list',
      [['factors', 'beforeBinding'], []],
    ],
    [
      'factors.beforeBinding[0]: expected one of sms, email, totp, got "password"',
      [['factors', 'beforeBinding', 0], 'password'],
    ],
    [
      'timeZone: expected an IANA time zone such as Asia/Hong_Kong, got "Mars/Olympus"',
      [['timeZone'], 'Mars/Olympus'],
    ],
    ['timeZone: expected an IANA time zone such as Asia/Hong_Kong, got "+08:00"', [['timeZone'], '+08:00']],
    [
      'devices.screenLockRequired: expected true or false, got "yes"',
      [['devices', 'screenLockRequired'], 'yes'],
    ],
    [
      'devices.floors[0].osVersion: expected a version number in quotes, such as "16.4", got 16.1',
      [['devices', 'floors', 0, 'osVersion'], 16.1],
    ],
    [
      'devices.floors[0].appVersions.mobile: expected a version number in quotes, such as "16.4", got "1.5 beta"',
      [['devices', 'floors', 0, 'appVersions', 'mobile'], '1.5 beta'],
    ],
    [
      'devices.floors[0].appVersions.tablet: unknown key, got "1.5"',
      [['devices', 'floors', 0, 'appVersions', 'tablet'], '1.5'],
    ],
    [
      'devices.floors[1].platform: stands here twice, got "ios"',
      [['devices', 'floors', 1, 'platform'], 'ios'],
    ],
    [
      'devices.passwordsAppUrl: expected an https URL, got "itms://x"',
      [['devices', 'passwordsAppUrl'], 'itms://x'],
    ],
    [
      'name: expected one line of 1 to 64 printable characters, got "MP\\r\\nBcc: x@example.com"',
      [['name'], 'MP\r\nBcc: x@example.com'],
    ],
    ['signIn.fallbacks[3]: stands here twice, got "sms"', [['signIn', 'fallbacks', 3], 'sms']],
    ['coolingOff.login: unknown key, got "1h"', [['coolingOff', 'login'], '1h']],
    [
      'entryPoints[0].purposeText: expected one line of 1 to 200 printable characters, or such a line under en and ' +
        'one under zh, got a section',
      [['entryPoints', 0, 'purposeText'], { zh: '验证' }],
    ],
    [
      'entryPoints[0].purposeText.fr: unknown key, got "Vérifiez"',
      [['entryPoints', 0, 'purposeText'], { en: 'Verify', fr: 'Vérifiez' }],
    ],
    [
      'entryPoints[0].purposeText: expected one line of 1 to 200 printable characters, or such a line under en and ' +
        'one under zh, got 7',
      [['entryPoints', 0, 'purposeText'], 7],
    ],
    [
      'entryPoints[1].name: stands here twice, got "wallet-onboarding"',
      [['entryPoints', 1, 'name'], 'wallet-onboarding'],
    ],
  ];

  it.each(cases)('says: %s', (problem, change) => {
    expect(problemsOf(changedPolicy('mpchat', [change]))).toStrictEqual([`mpchat.yaml: ${problem}`]);
  });
});

describe('the slug', () => {
  it('must be the file’s name', () => {
    expect(problemsOf(changedPolicy('mpchat', [], 'wallet.yaml'))).toStrictEqual([
      'wallet.yaml: slug: expected the name of the file, wallet, got "mpchat"',
    ]);
  });

  it.each(['audit', 'webhooks', 'health', 'dev', 'docs', 'metrics', 'portal', 'v1'])(
    'can’t be %s, which is the service’s own',
    (slug) => {
      expect(problemsOf(changedPolicy('mpchat', [[['slug'], slug]], `${slug}.yaml`))).toStrictEqual([
        `${slug}.yaml: slug: reserved for the service itself, got "${slug}"`,
      ]);
    },
  );

  it.each(['MPChat', 'mp_chat', '-mp', 'mp--chat', 'mp.chat', '', 'mp/chat'])('can’t be %j', (slug) => {
    expect(problemsOf(changedPolicy('mpchat', [[['slug'], slug]]))).toStrictEqual([
      `mpchat.yaml: slug: expected lower-case letters, digits and hyphens, got ${JSON.stringify(slug)}`,
    ]);
  });
});

describe('a folder of policies', () => {
  it('reports every problem of every file at once', () => {
    const folder = changedPolicy('mpchat', [
      [['passkeys', 'maximum'], 'two'],
      [['origins', 1], 'https://mp.net.evil.example'],
      [['actions', 0, 'alternatives'], []],
      [['colour'], 'red'],
    ]);
    expect(problemsOf(folder)).toStrictEqual([
      'mpchat.yaml: passkeys.maximum: expected a whole number of 1 or more, got "two"',
      'mpchat.yaml: actions[0].alternatives: expected a list of 1 or more, got an empty list',
      'mpchat.yaml: colour: unknown key, got "red"',
      'mpchat.yaml: origins[1]: expected a host that is mp.net or ends in .mp.net, got "https://mp.net.evil.example"',
    ]);
    expect(() => loadPolicies(folder)).toThrow(
      /^the policy files are not valid:\n {2}mpchat\.yaml: passkeys\.maximum: .*\n {2}mpchat\.yaml: actions/,
    );
  });

  it('reports several files in the order of their names', () => {
    expect(problemsOf(folderOf({ 'b.yaml': 'slug: [', 'a.yaml': 'just words', 'c.yml': '' }))).toStrictEqual([
      'c.yml: name it .yaml, or it is not read',
      'a.yaml: the file: expected a section of keys, got "just words"',
      'b.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 8',
    ]);
  });

  it('counts the related origins of all products that share an RP ID, and so the file that names them', () => {
    const sites = (...names: readonly string[]) => names.map((name) => `https://${name}.example`);
    const shared = (related: readonly string[], rpId = 'mp.net') => {
      const of = (slug: string, origins: readonly string[], id: string) => {
        const folder = changedPolicy('mpchat', [
          [['slug'], slug],
          [['rpId'], id],
          [['origins'], [`https://${id}`]],
          [['androidApps'], []],
          [['relatedOrigins'], origins],
          [['passkeyEndpoints'], {}],
          [['entryPoints', 0, 'returnTo'], '/'],
          [['entryPoints', 1, 'returnTo'], '/'],
        ]);
        return readFileSync(join(folder, 'mpchat.yaml'), 'utf8');
      };
      return folderOf({
        'wallet.yaml': of('wallet', sites('one', 'two', 'three'), 'mp.net'),
        'cards.yaml': of('cards', related, rpId),
      });
    };
    expect(problemsOf(shared(sites('three', 'four', 'five')))).toStrictEqual([]);
    expect(problemsOf(shared(sites('four', 'five', 'six')))).toStrictEqual([
      'cards.yaml, wallet.yaml: relatedOrigins: name 6 different sites for the RP ID mp.net that they share, and browsers heed no more than 5',
    ]);
    // Of its own, each has its own file.
    expect(problemsOf(shared(sites('four', 'five', 'six'), 'cards.mp.net'))).toStrictEqual([]);
  });

  it('must exist and hold a policy', () => {
    const folder = folderOf({ 'README.md': 'nothing here' });
    expect(problemsOf(folder)).toStrictEqual([`${folder}: expected a policy file <slug>.yaml, found none`]);
    const missing = join(folder, 'nowhere');
    expect(problemsOf(missing)).toStrictEqual([`${missing}: there is no such folder`]);
  });

  it('refuses a key given twice, a tag it does not know and a broken or endless alias', () => {
    const bomb = [
      'a: &a [x, x]',
      'b: &b [*a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b]',
      'd: [*c, *c, *c, *c]',
    ].join('\n');
    const problems = problemsOf(
      folderOf({
        'a.yaml': 'slug: a\nslug: b',
        'b.yaml': 'slug: !secret b',
        'c.yaml': 'slug: *elsewhere',
        'd.yaml': bomb,
      }),
    );
    expect(problems).toStrictEqual([
      'a.yaml: Map keys must be unique at line 2, column 1',
      'b.yaml: Unresolved tag: !secret at line 1, column 7',
      'c.yaml: Unresolved alias (the anchor must be set before the alias): elsewhere',
      'd.yaml: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });
});

describe('in development', () => {
  const origin = 'http://localhost:3000';

  it('every product works on this machine and leads nowhere else', () => {
    const folder = changedPolicy('mpchat', [
      [['relatedOrigins'], ['https://wallet.example']],
      [['entryPoints', 0, 'returnTo'], 'https://www.mp.net/wallet?from=passkey#top'],
    ]);
    const [policy] = [...loadPolicies(folder, { development: { origin } }).values()];
    expect({
      rpId: policy?.rpId,
      origins: policy?.origins,
      relatedOrigins: policy?.relatedOrigins,
      returnTo: policy?.entryPoints.map(({ returnTo }) => returnTo),
    }).toStrictEqual({
      rpId: 'localhost',
      origins: [origin],
      relatedOrigins: [],
      returnTo: ['/wallet?from=passkey#top', '/security-center'],
    });
  });

  it('everything else is the product’s own', () => {
    const [production] = [...loadPolicies(changedPolicy('moomoo', [])).values()];
    const [development] = [
      ...loadPolicies(changedPolicy('moomoo', []), { development: { origin } }).values(),
    ];
    expect(development).toStrictEqual({
      ...production,
      rpId: 'localhost',
      origins: [origin],
      relatedOrigins: [],
      passkeyEndpoints: {
        enroll: `${origin}/settings/passkeys`,
        manage: `${origin}/settings/passkeys`,
      },
      reset: { ...production?.reset, provider: 'simulator' },
    });
  });

  it('faces are checked by the policy’s provider only where that is asked for', () => {
    const [policy] = [
      ...loadPolicies(changedPolicy('moomoo', []), { development: { origin, liveness: 'sumsub' } }).values(),
    ];
    expect(policy?.reset?.provider).toBe('sumsub');
    const without = changedPolicy('moomoo', [[['reset'], undefined]]);
    const [none] = [...loadPolicies(without, { development: { origin } }).values()];
    expect(none).not.toHaveProperty('reset');
  });
});
