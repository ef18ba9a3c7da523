import { ERASURES } from '../projections/compliance/tables.js';
import { numberOf, textOf } from '../queries/sealed-column.js';
import { daysAfter } from './calendar.js';
import { DAY } from './figures.js';
import type { Report, ReportRow } from './report.js';
import { allAtOnce } from './report.js';

export const erasures: Report = {
  name: 'erasures',
  title: { en: 'Erasures', zh: '账户删除' },
  about: {
    en: 'Accounts that were erased, each by its receipt and by nothing that points at a person.',
    zh: '已被删除的账户，仅以回执标识，不含任何指向个人的信息。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'erasedAt',
      definition: {
        en: 'When the account was erased; its key was destroyed right after.',
        zh: '账户删除的时间；其密钥随即被销毁。',
      },
    },
    {
      name: 'receiptId',
      definition: {
        en: 'Names the signed receipt that whoever asked for the erasure was given.',
        zh: '交给删除申请方的签名回执的编号。',
      },
    },
    {
      name: 'requestedBy',
      definition: {
        en: "client (the product's backend), user, admin, system or liveness-provider.",
        zh: 'client（产品后端）、user、admin、system 或 liveness-provider。',
      },
    },
  ],
  totals: [
    {
      name: 'erased',
      definition: { en: 'Accounts erased from the first day to the last.', zh: '起止日期内删除的账户数。' },
    },
  ],
  async open({ calendar, from, policy, to }, data) {
    const rows: ReportRow[] = [];
    const erased = {
      column: 'erased_at',
      from: calendar.startOf(from),
      before: calendar.startOf(daysAfter(to, 1)),
    };
    const listing = {
      table: ERASURES.name,
      where: { rp: policy.slug },
      ranges: [erased],
      orderBy: ['erased_at', 'receipt_id'],
    };
    for await (const found of data.all(listing)) {
      for (const row of found) {
        const erasedAt = numberOf(row, 'erased_at');
        rows.push({
          day: calendar.dayOf(erasedAt),
          erasedAt,
          receiptId: textOf(row, 'receipt_id'),
          requestedBy: textOf(row, 'actor'),
        });
      }
    }
    return allAtOnce({ erased: rows.length }, rows);
  },
};
