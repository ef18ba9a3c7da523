import { DAY } from '../../domain/kernel/time.js';
import { NEVER, PASSKEYS } from '../projections/compliance/tables.js';
import type { Row } from '../projections/projection.js';
import { numberOf, textOf } from '../queries/sealed-column.js';
import { ACCOUNT_ID, PASSKEY_ID, PLATFORM, PROVIDER, REGISTERED_AT, STORAGE } from './figures.js';
import type { Listing, ReportData } from './report-data.js';
import { subjectOf } from './report-data.js';
import type { Asked, Report, ReportRow } from './report.js';

function idle({ idleDays, now, policy }: Asked): Listing {
  return {
    table: PASSKEYS.name,
    where: { rp: policy.slug, removed_at: NEVER },
    ranges: [{ column: 'seen_at', before: now - idleDays * DAY }],
    orderBy: ['seen_at', 'subject', 'passkey_id'],
  };
}

export const dormantPasskeys: Report = {
  name: 'dormant-passkeys',
  title: { en: 'Dormant passkeys', zh: '闲置通行密钥' },
  about: {
    en: 'Passkeys that are there now and were not used for so many days (90, or what days says), the longest idle first.',
    zh: '现存且在指定天数内（默认 90 天，可由 days 指定）未使用的通行密钥，闲置最久者在前。',
  },
  span: 'now',
  namesAccounts: 'dormant-passkeys',
  columns: [
    ACCOUNT_ID,
    PASSKEY_ID,
    REGISTERED_AT,
    {
      name: 'lastUsedAt',
      definition: {
        en: 'When it last signed in or proved an action; empty where it never did. It then counts from when it was added.',
        zh: '最近一次登录或验证操作的时间；从未使用则为空，此时自添加时起算。',
      },
    },
    {
      name: 'idleDays',
      definition: { en: 'Whole days of 24 hours since then.', zh: '此后经过的整天数（每天 24 小时）。' },
    },
    PROVIDER,
    STORAGE,
    PLATFORM,
  ],
  totals: [
    {
      name: 'dormant',
      definition: {
        en: 'Passkeys that were idle for longer than asked for.',
        zh: '闲置超过指定天数的通行密钥数。',
      },
    },
    {
      name: 'idleDaysAskedFor',
      definition: { en: 'The days that make a passkey dormant.', zh: '判定闲置的天数。' },
    },
  ],
  async open(asked, data) {
    let dormant = 0;
    for await (const rows of data.all(idle(asked))) dormant += rows.length;
    return {
      totals: { dormant, idleDaysAskedFor: asked.idleDays },
      page: (after, limit) => data.page(idle(asked), after, limit, (row) => shownRow(row, asked, data)),
    };
  },
};

async function shownRow(row: Row, { now, policy }: Asked, data: ReportData): Promise<ReportRow> {
  const seenAt = numberOf(row, 'seen_at');
  return {
    accountId: await data.accountId(policy.slug, subjectOf(row)),
    passkeyId: textOf(row, 'passkey_id'),
    registeredAt: numberOf(row, 'registered_at'),
    lastUsedAt: row['used'] === 1 ? seenAt : null,
    idleDays: Math.floor((now - seenAt) / DAY),
    provider: data.provider(textOf(row, 'aaguid')),
    storage: textOf(row, 'storage'),
    platform: textOf(row, 'platform') || 'unknown',
  };
}
