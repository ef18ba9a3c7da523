import { describe, expect, it } from '@jest/globals';
import { mpchat } from '../support/shipped-policies.js';
import type { Change } from './policy-folder.js';
import { changedPolicy, problemsOf } from './policy-folder.js';

const problem = (...changes: readonly Change[]): readonly string[] =>
  problemsOf(changedPolicy('mpchat', changes)).map((line) => line.replace('mpchat.yaml: ', ''));

describe('an origin', () => {
  it.each([
    ['http://mp.net'],
    ['https://mp.net/'],
    ['https://mp.net/wallet'],
    ['https://MP.net'],
    ['https://mp.net:443'],
    ['https://user@mp.net'],
    ['https://*.mp.net'],
    ['https://127.0.0.1'],
    ['https://mp.net https://evil.example'],
    ['null'],
    ['android:apk-key-hash:short'],
    ['android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['ios:bundle-id:net.mp.chat'],
  ])('is not %s', (origin) => {
    expect(problem([['origins', 0], origin])).toStrictEqual([
      `origins[0]: expected an https origin without a path, or android:apk-key-hash: and the base64url of a SHA-256, got ${JSON.stringify(origin)}`,
    ]);
  });

  it.each(['https://evil.example', 'https://evilmp.net', 'https://mp.net.evil.example', 'https://net'])(
    'can’t be %s, for the RP ID is not its own',
    (origin) => {
      expect(problem([['origins', 0], origin])).toHaveLength(1);
    },
  );

  it('may be a port or a subdomain of the RP ID', () => {
    expect(problem([['origins', 0], 'https://a.b.mp.net:8443'])).toStrictEqual([]);
  });

  it('stands in the list once', () => {
    expect(problem([['origins', 1], 'https://mp.net'])).toStrictEqual([
      'origins[1]: stands here twice, got "https://mp.net"',
    ]);
  });

  it('of Android is the hash of a listed certificate, and every certificate has its origin', () => {
    const stranger = `android:apk-key-hash:${'A'.repeat(43)}`;
    expect(problem([['origins', 2], stranger])).toStrictEqual([
      `origins[2]: the hash of none of the certificate fingerprints under androidApps, got "${stranger}"`,
      expect.stringMatching(
        /^origins: lacks android:apk-key-hash:.{43}, the origin of an app under androidApps/,
      ),
    ]);
  });

  it('that is related may not be one that can use the RP ID anyway', () => {
    expect(problem([['relatedOrigins'], ['https://shop.mp.net', 'https://mpchat.example']])).toStrictEqual([
      'relatedOrigins[0]: may use the RP ID anyway: it belongs to origins, got "https://shop.mp.net"',
    ]);
  });
});

describe('the RP ID', () => {
  it.each(['https://mp.net', 'MP.net', 'localhost', 'net', '127.0.0.1', 'mp.net.', 'mp_.net', '.mp.net', ''])(
    'can’t be %j',
    (rpId) => {
      expect(problem([['rpId'], rpId])).toStrictEqual([
        `rpId: expected a host name in lower case, such as example.com, got ${JSON.stringify(rpId)}`,
      ]);
    },
  );

  it.each(['co.uk', 'com.hk', 'github.io', 'xn--55qx5d.cn'])(
    'can’t be %s, under which anybody may have a site, but a name below it',
    (suffix) => {
      const hosted = (rpId: string) =>
        problem(
          [['rpId'], rpId],
          [['origins', 0], `https://mp.${suffix}`],
          [['origins', 1], `https://www.mp.${suffix}`],
          [['passkeyEndpoints'], {}],
        );
      expect(hosted(suffix)).toStrictEqual([
        `rpId: expected a name below a public suffix, not the suffix itself, got "${suffix}"`,
      ]);
      expect(hosted(`mp.${suffix}`)).toStrictEqual([]);
    },
  );
});

describe('an app', () => {
  it('is named in the form its platform knows', () => {
    expect(
      problem(
        [['iosAppIds', 0], 'net.mp.chat'],
        [['androidApps', 0, 'packageName'], 'mpchat'],
        [['androidApps', 0, 'certificateFingerprints', 0], 'aa:bb'],
      ),
    ).toStrictEqual([
      'iosAppIds[0]: expected a team id and a bundle id, such as A1B2C3D4E5.com.example.app, got "net.mp.chat"',
      'androidApps[0].packageName: expected a package name such as com.example.app, got "mpchat"',
      'androidApps[0].certificateFingerprints[0]: expected a SHA-256 fingerprint of 32 bytes in capital hex with colons, got "aa:bb"',
    ]);
  });
});

describe('where an entry point returns to', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    'wallet',
    'javascript:alert(1)',
    'http://mp.net/',
    'https://mp.net//x',
  ])('is never %s', (returnTo) => {
    expect(problem([['entryPoints', 0, 'returnTo'], returnTo])).toStrictEqual([
      `entryPoints[0].returnTo: expected a path such as /wallet, or an https URL, got ${JSON.stringify(returnTo)}`,
    ]);
  });

  it('is an address of an origin of the policy, if an address at all', () => {
    expect(problem([['entryPoints', 0, 'returnTo'], 'https://www.mp.net/wallet'])).toStrictEqual([]);
    expect(problem([['entryPoints', 0, 'returnTo'], 'https://evil.example/wallet'])).toStrictEqual([
      'entryPoints[0].returnTo: expected a path or an address of one of the origins, got "https://evil.example/wallet"',
    ]);
  });
});

describe('an action', () => {
  const ADD_PASSKEY = 9;
  const CANCEL_RESET = 12;

  it('is proven by known methods, each named once in an alternative', () => {
    expect(
      problem([
        ['actions', 0, 'alternatives'],
        [['passkey', 'face'], ['sms', 'sms'], []],
      ]),
    ).toStrictEqual([
      'actions[0].alternatives[0][1]: expected one of passkey, sms, email, totp, got "face"',
      'actions[0].alternatives[2]: expected a list of 1 or more, got an empty list',
    ]);
    expect(problem([['actions', 0, 'alternatives'], [['sms', 'sms']]])).toStrictEqual([
      'actions[0].alternatives[0][1]: stands here twice, got "sms"',
    ]);
  });

  it('is stopped by known causes', () => {
    expect(problem([['actions', 0, 'stoppedBy'], ['rain']])).toStrictEqual([
      'actions[0].stoppedBy[0]: expected one of reset, phone-change, email-change, got "rain"',
    ]);
  });

  it('has a name of its own', () => {
    expect(problem([['actions', 1, 'name'], 'onchain-withdrawal'])).toStrictEqual([
      'actions[1].name: stands here twice, got "onchain-withdrawal"',
    ]);
  });

  it('has braces round names of parameters only', () => {
    for (const text of ['withdraw {amount', 'withdraw amount}', 'withdraw {}', 'withdraw {the amount}']) {
      expect(problem([['actions', 0, 'text'], text])).toStrictEqual([
        `actions[0].text: expected braces round names of parameters only, such as {amount}, got "${text}"`,
      ]);
    }
  });

  it('is called something by people, in each language that its text is in', () => {
    expect(problem([['actions', 0, 'title'], undefined])).toStrictEqual([
      'actions[0].title: expected what people call onchain-withdrawal, got nothing',
    ]);
    expect(problem([['actions', 0, 'title'], { en: 'Withdrawal' }])).toStrictEqual([
      'actions[0].title: expected a line under zh too, as the texts of actions have, got a section',
    ]);
    expect(problem([['actions', 0, 'title'], 'MPChat Pay'])).toStrictEqual([]);
  });

  it('names the same parameters in each language, or somebody would approve a payee unseen', () => {
    const text = { en: 'withdraw {amount} {asset} to {address}', zh: '提取 {amount} {asset}' };
    expect(problem([['actions', 0, 'text'], text])).toStrictEqual([
      'actions[0].text: expected the same parameters in each language, got a section',
    ]);
  });

  it('names parameters that people have a word for, in each language', () => {
    expect(
      problem([['parameters', 'recipient'], undefined], [['parameters', 'amount'], { en: 'Amount' }]),
    ).toStrictEqual([
      'parameters.amount: expected a line under zh too, as the texts of actions have, got a section',
      'parameters.recipient: expected what people call it, for an action names it, got nothing',
    ]);
    expect(problem([['parameters', 'The Amount'], 'Amount'])).toStrictEqual([
      'parameters.The Amount: expected the name of a parameter, such as amount, got "Amount"',
    ]);
  });

  it('that is the service’s own must be there', () => {
    expect(problem([['actions', ADD_PASSKEY], undefined])).toStrictEqual([
      'actions: lacks add-passkey, which the service itself asks for, got a list of 15',
    ]);
  });

  it('can’t take the name of one of the service’s own for something else', () => {
    expect(problem([['actions', 0, 'name'], 'remove-passkey'])).toStrictEqual([
      'actions[10].name: stands here twice, got "remove-passkey"',
    ]);
  });

  it('that is the service’s own is single use and sensitive', () => {
    expect(
      problem([['actions', ADD_PASSKEY, 'singleUse'], false], [['actions', ADD_PASSKEY, 'sensitive'], false]),
    ).toStrictEqual([
      "actions[9].singleUse: expected true, for add-passkey is one of the service's own, got false",
      "actions[9].sensitive: expected true, for add-passkey is one of the service's own, got false",
    ]);
  });

  it('that lets the owner stop a reset is itself stopped by nothing', () => {
    expect(problem([['actions', CANCEL_RESET, 'stoppedBy'], ['reset']])).toStrictEqual([
      'actions[12].stoppedBy: expected an empty list: nothing may stop cancel-reset, got a list of 1',
    ]);
  });
});

describe('related origins', () => {
  const sites = (...hosts: readonly string[]) => hosts.map((host) => `https://${host}`);

  const SIX = 'relatedOrigins: names 6 different sites, and browsers heed no more than 5, got a list of';

  it('are of at most five sites, and one name is one site under whatever public suffix', () => {
    const five = sites('mp.co.uk', 'www.mp.com.hk', 'mp.github.io', 'mp.example', 'a.one.com', 'b.one.com')
      .concat(sites('two.com.hk', 'three.co.uk', 'four.github.io'))
      .concat('https://four.com:8443');
    expect(problem([['relatedOrigins'], five])).toStrictEqual([]);
    expect(problem([['relatedOrigins'], [...five, 'https://five.com']])).toStrictEqual([`${SIX} 11`]);
  });

  it.each([
    ['hosted by one service', '.github.io', ''],
    ['below co.uk', '.co.uk', ''],
    ['below com.hk', '.com.hk', ''],
    ['whose short names look like a suffix', '.de', 'login.'],
  ])('count one by one where they are %s', (_, suffix, prefix) => {
    const six = ['one', 'two', 'thr', 'fou', 'fiv', 'six'].map((name) => `${prefix}${name}${suffix}`);
    expect(problem([['relatedOrigins'], sites(...six.slice(1))])).toStrictEqual([]);
    expect(problem([['relatedOrigins'], sites(...six)])).toStrictEqual([`${SIX} 6`]);
  });

  it('are no public suffixes, which browsers pass over', () => {
    expect(problem([['relatedOrigins'], sites('mp.de', 'co.uk', 'github.io', 'com.hk')])).toStrictEqual(
      ['co.uk', 'github.io', 'com.hk'].map(
        (suffix, index) =>
          `relatedOrigins[${index + 1}]: expected a name below a public suffix, not the suffix itself, got "https://${suffix}"`,
      ),
    );
    const five = sites('one.de', 'two.de', 'three.de', 'four.de', 'five.de');
    expect(problem([['relatedOrigins'], [...five, 'https://co.uk']])).toHaveLength(1);
  });

  it.each(['https://127.0.0.1', 'https://[::1]', 'https://localhost', 'https://localhost:8443'])(
    'can’t be %s, a host that is no name of a site',
    (origin) => {
      expect(problem([['relatedOrigins'], [origin]])).toStrictEqual([
        `relatedOrigins[0]: expected an https origin without a path, such as https://app.example.com, got "${origin}"`,
      ]);
    },
  );

  it('stand there once', () => {
    expect(problem([['relatedOrigins'], sites('mp.de', 'mp.de')])).toStrictEqual([
      'relatedOrigins[1]: stands here twice, got "https://mp.de"',
    ]);
  });
});

describe('passkey endpoints', () => {
  it('are pages of the product’s own site', () => {
    expect(problem([['passkeyEndpoints'], {}])).toStrictEqual([]);
    expect(problem([['passkeyEndpoints', 'manage'], 'https://evil.example/passkeys'])).toStrictEqual([
      'passkeyEndpoints.manage: expected a host that is mp.net or ends in .mp.net, got "https://evil.example/passkeys"',
    ]);
    expect(problem([['passkeyEndpoints', 'delete'], 'https://mp.net/'])).toHaveLength(1);
  });
});

describe('a product’s own words for a notice', () => {
  const own = (kind: string, happened: unknown): readonly string[] =>
    problem([['texts', 'notices'], { [kind]: { subject: 'Passkey added', happened } }]);

  it('may name what the notice knows', () => {
    expect(own('passkey-added', '{passkey} was added on {when}.')).toStrictEqual([]);
    expect(own('reset-completed', { en: '{windowUntil}', zh: '{coolingOffUntil}' })).toStrictEqual([]);
  });

  it('name nothing else, no other notice, and hold no brace that means nothing', () => {
    expect(own('account-locked', { en: 'until {until}', zh: '{passkey}' })).toStrictEqual([
      'texts.notices.account-locked.happened: names {passkey}, of which account-locked knows nothing: it knows {when}, {until}, got a section',
    ]);
    expect(own('passkey-lost', 'x')).toStrictEqual([expect.stringMatching(/^texts\.notices.*unknown key/)]);
    expect(own('account-locked', 'until {')).toHaveLength(1);
  });
});

describe('a reset', () => {
  it('is offered where nothing else removes a passkey', () => {
    expect(problem([['reset'], undefined])).toContain(
      'reset: expected a section, for passkeys are removed by reset only, got nothing',
    );
  });

  it('is open for a new passkey no longer than it may be disputed', () => {
    expect(problem([['reset', 'window'], '24h'])).toStrictEqual([]);
    expect(problem([['coolingOff', 'reset'], '29m'])).toStrictEqual([
      'reset.window: expected at most what coolingOff.reset says, got "30m"',
    ]);
  });

  it.each(['cancel-reset', 'dispute-reset'])(
    'is stopped by a passkey only: %s takes no factor alone',
    (name) => {
      const index = loadedActions().indexOf(name);
      expect(
        problem([
          ['actions', index, 'alternatives'],
          [['passkey'], ['sms']],
        ]),
      ).toStrictEqual([
        `actions[${index}].alternatives: expected a passkey in every alternative of ${name}, got a list of 2`,
      ]);
      expect(problem([['actions', index, 'stoppedBy'], ['phone-change']])).toStrictEqual([
        `actions[${index}].stoppedBy: expected an empty list: nothing may stop ${name}, got a list of 1`,
      ]);
    },
  );
});

const loadedActions = (): readonly string[] => mpchat.actions.map(({ name }) => name);
