import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { answered, otherThan, Person, personWithPasskey } from '../support/journeys.js';
import { jobsKept, loseJobs } from '../support/kept.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';

interface Told {
  readonly messages: readonly { readonly purpose: string; readonly notice?: string; readonly text: string }[];
}

/** The notices to a destination as the developer's outbox shows them, newest first. */
async function noticesTo(server: RunningServer, to: string): Promise<Told['messages']> {
  const read = await server.call('GET', `/dev/outbox?to=${encodeURIComponent(to)}`);
  return answered<Told>(read, 200).messages.filter(({ purpose }) => purpose === 'notice');
}

const kindsTo = async (server: RunningServer, to: string) => {
  await settled(server);
  return (await noticesTo(server, to)).map(({ notice }) => notice);
};

describe('M11: notices', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer();
  });
  afterAll(() => server.close());

  it('tell every confirmed channel of a passkey that was added, in the product’s words and time', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    expect(await kindsTo(server, ada.phone)).toStrictEqual(['passkey-added']);
    expect(await kindsTo(server, ada.email)).toStrictEqual(['passkey-added']);
    const [notice] = await noticesTo(server, ada.phone);
    expect(notice?.text).toBe(
      'MPChat: the passkey "iPhone 15 Pro" was added to your account on 2 Mar 2026, 17:00 GMT+8. ' +
        'If this was not you: open MPChat > My > Security Center at once, reset your Passkey there and contact MPChat support.',
    );
  });

  it('tell of a passkey that was removed, by the name that it had', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    answered(await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name: 'Old phone' } }), 200);
    const { token } = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);
    for (const to of [ada.phone, ada.email]) {
      // Two notices that are due together may overtake one another.
      expect((await kindsTo(server, to)).toSorted()).toStrictEqual(['passkey-added', 'passkey-removed']);
      const removed = (await noticesTo(server, to)).find(({ notice }) => notice === 'passkey-removed');
      expect(removed?.text).toContain('the passkey "Old phone" was removed');
    }
  });

  it('tell the old address of a change as well as the new one, and nobody of what is only proposed', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const email = `new.${ada.email}`;
    const grant = await ada.grantFor('change-factors', 'sms');
    answered(await ada.call('PUT', '', { body: { email, grant } }), 200);
    expect(await kindsTo(server, ada.email)).toStrictEqual([]);
    const code = server.messagesTo(email).find((message) => message.code !== undefined)?.code ?? '';
    answered(await ada.call('POST', '/factors/email/confirm', { body: { code } }), 200);
    expect(await kindsTo(server, ada.email)).toStrictEqual(['factor-changed']);
    expect(await kindsTo(server, email)).toStrictEqual(['factor-changed']);
    expect(await kindsTo(server, ada.phone)).toStrictEqual(['factor-changed']);
    expect((await noticesTo(server, ada.email))[0]?.text).toContain(
      'your email address for verification was changed',
    );
  });

  it('tell a factor’s own address that it was removed', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const grant = await ada.grantFor('change-factors', 'sms');
    answered(await ada.call('PUT', '', { body: { email: null, grant } }), 200);
    expect(await kindsTo(server, ada.email)).toStrictEqual(['factor-removed']);
    expect(await kindsTo(server, ada.phone)).toStrictEqual(['factor-removed']);
  });

  it('reach the owner’s address although a thief changed it right after', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    // All of it comes before the first notice is looked at.
    const { jobs } = server.service.tier;
    await ada.addPasskey('Thief');
    const grant = await ada.grantFor('change-factors', 'sms');
    answered(await ada.call('PUT', '', { body: { email: null, grant } }), 200);
    await settled(server);
    expect((await jobs.counts()).dead).toBe(0);
    expect([...(await kindsTo(server, ada.email))].toSorted()).toStrictEqual([
      'factor-removed',
      'passkey-added',
    ]);
  });

  it('tell when codes are locked, until when, and when an admin unlocks them', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    for (let wrong = 0; wrong < 10; wrong++) {
      const { checkId } = await ada.startCheck('bind-passkey');
      answered(await ada.enter(checkId, otherThan(ada.codeBy('sms'))), 422);
    }
    expect(await kindsTo(server, ada.email)).toStrictEqual(['account-locked']);
    expect((await noticesTo(server, ada.email))[0]?.text).toContain(
      'stay locked until 2 Mar 2026, 18:00 GMT+8',
    );
    answered(await ada.call('POST', '/unlock'), 200);
    expect(await kindsTo(server, ada.phone)).toStrictEqual(['account-unlocked', 'account-locked']);
  });

  it('speak the language that the account chose, codes too, and the product’s where none was chosen', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol({ locale: 'zh' });
    const account = await ada.call('GET', `?after=${await ada.now()}`);
    expect(answered<{ locale: string }>(account, 200).locale).toBe('zh');
    await ada.addPasskey();
    await settled(server);
    const [notice, code] = server.messagesTo(ada.phone);
    expect(notice?.text).toMatch(
      /^MPChat：通行密钥“iPhone 15 Pro”已于 2026年3月2日 GMT\+8 17:00 添加到您的账户。/u,
    );
    expect(code?.text).toMatch(/^【MPChat】验证码 \d{6}，用于为您的账户添加通行密钥，10 分钟内有效。/u);

    answered(await ada.call('PUT', '', { body: { locale: null } }), 200);
    await ada.startCheck('change-factors');
    expect(server.messagesTo(ada.phone)[0]?.text).toMatch(/^MPChat: \d{6} is your code to change how/u);
    expect((await ada.typesRecorded()).filter((type) => type === 'LocaleChosen')).toHaveLength(2);
    answered(await ada.call('PUT', '', { body: { locale: 'fr' } }), 400);
  });

  it('say in the account’s language what a code for a step-up approves', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    answered(await ada.call('PUT', '', { body: { locale: 'zh' } }), 200);
    const parameters = { amount: '10', asset: 'USDT', address: '0xabc' };
    const { stepUpId } = await ada.startStepUp('onchain-withdrawal', parameters);
    await ada.startCheck('step-up', 'sms', stepUpId);
    const code = server.messagesTo(ada.phone).find(({ purpose }) => purpose === 'code');
    expect(code?.text).toContain('用于将 10 USDT 提取到 0xabc，');
  });

  it('carry no markup and no line of a passkey’s name', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    answered(await ada.register(started.ceremonyId, ada.create(started), 'a\r\nBcc: x@y.z'), 422);
    await ada.addPasskey('<b>"hi"</b>');
    await settled(server);
    expect(server.messagesTo(ada.email)[0]?.text).toContain('the passkey "<b>"hi"</b>" was added');
  });

  it('keep nothing personal in what is to be done', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    await ada.addPasskey('Named by Ada');
    await settled(server);
    const kept = await jobsKept(server.dataFolder);
    expect(kept).toContain('notice-delivery');
    for (const told of [ada.accountId, ada.phone, ada.email, 'Named by Ada']) {
      expect(kept).not.toContain(told);
      expect(server.log()).not.toContain(told);
    }
  });
});

describe('M11: notices across a restart', () => {
  it('are sent once, and what was not told in three days is not news', async () => {
    const first = await runServer();
    const ada = await personWithPasskey(first, 'mpchat');
    await settled(first);
    await first.close();

    const { clock, dataFolder } = first;
    const again = await runServer({ settings: { dataFolder }, clock });
    try {
      await settled(again);
      expect(again.messagesTo(ada.phone)).toStrictEqual([]);
    } finally {
      await again.close();
    }

    // As if the jobs had been lost, days later.
    clock.advance(3 * DAY + MINUTE);
    await loseJobs(dataFolder);
    const late = await runServer({ settings: { dataFolder }, clock });
    try {
      await settled(late);
      expect(late.messagesTo(ada.phone)).toStrictEqual([]);
      expect((await late.service.tier.jobs.counts()).dead).toBe(0);
      clock.advance(HOUR);
    } finally {
      await late.close();
    }
  });
});
