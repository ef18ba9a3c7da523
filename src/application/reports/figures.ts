import type { Figure } from './report.js';

/** Figures that mean the same in several reports. */

export const DAY: Figure = {
  name: 'day',
  definition: { en: "A calendar day in the product's time zone.", zh: '产品所在时区的日历日。' },
};

export const COUNT: Figure = {
  name: 'count',
  definition: { en: 'How often that happened on that day.', zh: '当天发生的次数。' },
};

export const ACCOUNT_ID: Figure = {
  name: 'accountId',
  definition: {
    en: "The product's own id of the account; empty where the account was erased.",
    zh: '产品自己的账户标识；账户已被删除时为空。',
  },
};

export const PASSKEY_ID: Figure = {
  name: 'passkeyId',
  definition: { en: "The passkey's id, the same in every call.", zh: '通行密钥的标识，在所有接口中一致。' },
};

export const REGISTERED_AT: Figure = {
  name: 'registeredAt',
  definition: { en: 'When the passkey was added.', zh: '通行密钥的添加时间。' },
};

export const PROVIDER: Figure = {
  name: 'provider',
  definition: {
    en: 'Who keeps the passkey, by the AAGUID that it gave; unknown where the AAGUID is zero or on no list. It proves nothing.',
    zh: '通行密钥的提供方，由其 AAGUID 得知；AAGUID 为零或未知时为 unknown。不构成证明。',
  },
};

export const PLATFORM: Figure = {
  name: 'platform',
  definition: {
    en: 'What the client said it ran on when the passkey was added; unknown where the account was erased since.',
    zh: '添加通行密钥时客户端所述平台；账户后来被删除的为 unknown。',
  },
};

export const STORAGE: Figure = {
  name: 'storage',
  definition: {
    en: 'synced where the passkey may be copied between devices (backup eligible), else device-bound.',
    zh: 'synced 表示可在设备间同步，否则为 device-bound（绑定设备）。',
  },
};
