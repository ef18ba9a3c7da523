import { describe, expect, it } from '@jest/globals';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { ChannelMessenger } from '../../src/infrastructure/messaging/channel-messenger.js';
import { Outbox } from '../../src/infrastructure/messaging/outbox.js';
import { shippedPolicies } from '../support/shipped-policies.js';
import { AT, codeMessage, noticeMessage } from './messages.js';

function developed(capacity?: number) {
  let now = AT;
  const outbox = new Outbox(() => now++, capacity);
  return { outbox, messenger: new ChannelMessenger(shippedPolicies, { sms: outbox, email: outbox }) };
}

describe('the outbox', () => {
  it('shows what was sent, newest first', async () => {
    const { outbox, messenger } = developed();
    await messenger.send(codeMessage());
    await messenger.send(noticeMessage({ kind: 'factor-changed', factor: 'sms' }));
    expect(outbox.list()).toStrictEqual([
      {
        to: 'li@example.com',
        channel: 'email',
        purpose: 'notice',
        notice: 'factor-changed',
        text: expect.stringMatching(/^MPChat: your phone number for verification was changed/),
        at: AT + 1,
      },
      {
        to: '+8618591234565',
        channel: 'sms',
        purpose: 'code',
        code: '042517',
        text: expect.stringMatching(/^MPChat: 042517 is your code to add a passkey/),
        at: AT,
      },
    ]);
  });

  it.each(['+8618591234565', ' 8618591234565', '+86 185-9123-4565'])(
    'finds what went to a phone number written as %j',
    async (to) => {
      const { outbox, messenger } = developed();
      await messenger.send(codeMessage(undefined, { code: '111111' }));
      await messenger.send(codeMessage(undefined, { code: '222222', to: '+14155550123' }));
      expect(outbox.list(to).map(({ code }) => code)).toStrictEqual(['111111']);
    },
  );

  it('finds what went to an email address and nothing else', async () => {
    const { outbox, messenger } = developed();
    await messenger.send(codeMessage(undefined, { channel: 'email', to: 'Li@example.com' }));
    expect(outbox.list('li@example.com')).toHaveLength(1);
    expect(outbox.list('i@example.com')).toStrictEqual([]);
  });

  it('forgets the oldest when it is full', async () => {
    const { outbox, messenger } = developed(2);
    for (const code of ['111111', '222222', '333333']) await messenger.send(codeMessage(undefined, { code }));
    expect(outbox.list().map(({ code }) => code)).toStrictEqual(['333333', '222222']);
  });
});

describe('the messenger', () => {
  it('brings each message to the carrier of its channel', async () => {
    const texts = new Outbox(() => AT);
    const mails = new Outbox(() => AT);
    const messenger = new ChannelMessenger(shippedPolicies, { sms: texts, email: mails });
    await messenger.send(codeMessage());
    await messenger.send(codeMessage(undefined, { channel: 'email', to: 'li@example.com' }));
    expect(texts.list().map(({ to }) => to)).toStrictEqual(['+8618591234565']);
    expect(mails.list().map(({ to }) => to)).toStrictEqual(['li@example.com']);
  });

  it('sends nothing for a product that it does not know', async () => {
    const { outbox, messenger } = developed();
    const stranger = codeMessage(undefined, { rp: as<RelyingPartySlug>('stranger') });
    await expect(messenger.send(stranger)).rejects.toThrow('no policy is named stranger');
    expect(outbox.list()).toStrictEqual([]);
  });
});
