import { NEVER, PASSKEYS } from '../projections/compliance/tables.js';
import type { Row } from '../projections/projection.js';
import { numberOf, textOf, textOrNull } from '../queries/sealed-column.js';
import { ACCOUNT_ID, PASSKEY_ID, PLATFORM, PROVIDER, REGISTERED_AT, STORAGE } from './figures.js';
import type { Listing, ReportData } from './report-data.js';
import { subjectOf } from './report-data.js';
import type { Asked, Report, ReportRow } from './report.js';

/** The rows that were valid then: added by that moment, and removed after it or not at all. */
function validAt({ policy, asOf }: Asked): Listing {
  return {
    table: PASSKEYS.name,
    where: { rp: policy.slug },
    ranges: [
      { column: 'registered_at', before: asOf + 1 },
      { column: 'removed_at', from: asOf + 1 },
    ],
    orderBy: ['subject', 'passkey_id'],
  };
}

export const passkeyInventory: Report = {
  name: 'passkey-inventory',
  title: { en: 'Passkey inventory', zh: '通行密钥清单' },
  about: {
    en: 'Which accounts had which passkeys at one moment, now or in the past.',
    zh: '在某一时刻（现在或过去）哪些账户拥有哪些通行密钥。',
  },
  span: 'moment',
  namesAccounts: 'passkey-inventory',
  columns: [
    ACCOUNT_ID,
    PASSKEY_ID,
    REGISTERED_AT,
    {
      name: 'removedAt',
      definition: {
        en: 'When the passkey was removed, if it was since then; it was there at the moment asked for.',
        zh: '此后被移除的时间（如有）；在所问时刻它存在。',
      },
    },
    {
      name: 'removedWhy',
      definition: {
        en: 'user, admin, reset (by a liveness reset or the dispute of one) or account-erased.',
        zh: 'user（用户）、admin（管理员）、reset（重置或对重置的异议）或 account-erased（账户删除）。',
      },
    },
    PROVIDER,
    STORAGE,
    PLATFORM,
    {
      name: 'attestation',
      definition: {
        en: 'none, untrusted (chained to no anchor of ours) or trusted: what the attestation said when it was added.',
        zh: 'none（无）、untrusted（未链接到可信根）或 trusted（可信）：添加时证明的结论。',
      },
    },
    {
      name: 'entryPoint',
      definition: { en: 'Where in the product it was added.', zh: '在产品中的哪个入口添加。' },
    },
  ],
  totals: [
    {
      name: 'accounts',
      definition: { en: 'Accounts that had a passkey at that moment.', zh: '该时刻拥有通行密钥的账户数。' },
    },
    {
      name: 'passkeys',
      definition: { en: 'Passkeys that were there at that moment.', zh: '该时刻存在的通行密钥数。' },
    },
    {
      name: 'synced',
      definition: { en: 'Those of them that may be synced (backup eligible).', zh: '其中可同步的数量。' },
    },
    {
      name: 'deviceBound',
      definition: { en: 'Those of them that stay on one device.', zh: '其中绑定单一设备的数量。' },
    },
  ],
  async open(asked, data) {
    return {
      totals: await totals(asked, data),
      page: (after, limit) => data.page(validAt(asked), after, limit, (row) => shownRow(row, asked, data)),
    };
  },
};

async function totals(asked: Asked, data: ReportData): Promise<ReportRow> {
  let [accounts, passkeys, synced] = [0, 0, 0];
  let subject = '';
  for await (const rows of data.all(validAt(asked))) {
    for (const row of rows) {
      passkeys += 1;
      if (row['storage'] === 'synced') synced += 1;
      if (row['subject'] !== subject) accounts += 1;
      subject = textOf(row, 'subject');
    }
  }
  return { accounts, passkeys, synced, deviceBound: passkeys - synced };
}

async function shownRow(row: Row, { policy }: Asked, data: ReportData): Promise<ReportRow> {
  const removedAt = numberOf(row, 'removed_at');
  return {
    accountId: await data.accountId(policy.slug, subjectOf(row)),
    passkeyId: textOf(row, 'passkey_id'),
    registeredAt: numberOf(row, 'registered_at'),
    removedAt: removedAt === NEVER ? null : removedAt,
    removedWhy: textOrNull(row, 'removed_why'),
    provider: data.provider(textOf(row, 'aaguid')),
    storage: textOf(row, 'storage'),
    platform: textOf(row, 'platform') || 'unknown',
    attestation: textOf(row, 'attestation'),
    entryPoint: textOf(row, 'entry_point'),
  };
}
