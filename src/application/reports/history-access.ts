import { DAY } from './figures.js';
import type { Report, ReportRow } from './report.js';
import { allAtOnce } from './report.js';

export const historyAccess: Report = {
  name: 'history-access',
  title: { en: 'Access to the history', zh: '历史记录的访问' },
  about: {
    en: 'Who read the event history, or a report that names accounts, and when.',
    zh: '谁在何时读取了事件历史或列有账户的报告。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'readAt',
      definition: {
        en: 'When it was read. The same key that asks the same again within a minute is recorded once.',
        zh: '读取时间。同一密钥在一分钟内重复相同的查询只记录一次。',
      },
    },
    {
      name: 'keyId',
      definition: {
        en: 'The API key that read, as latchkey keys list shows it.',
        zh: '读取所用的 API 密钥，与 latchkey keys list 所示一致。',
      },
    },
    {
      name: 'what',
      definition: {
        en: 'search, account-history or export; or the report that was read.',
        zh: 'search（检索）、account-history（账户历史）或 export（导出）；或所读的报告。',
      },
    },
    {
      name: 'oneAccount',
      definition: {
        en: 'Whether it was about a single account. Which one, the event history says.',
        zh: '是否只涉及单个账户。具体账户见事件历史。',
      },
    },
    {
      name: 'personalOpened',
      definition: {
        en: 'Whether personal values were asked for in the clear. A report shows account ids and nothing else.',
        zh: '是否要求以明文显示个人信息。报告仅显示账户标识。',
      },
    },
  ],
  totals: [
    { name: 'reads', definition: { en: 'All that were recorded.', zh: '记录总数。' } },
    { name: 'keys', definition: { en: 'How many API keys read.', zh: '读取所用 API 密钥的数量。' } },
  ],
  async open(asked, _data, reads) {
    const rows: ReportRow[] = [];
    for await (const { at, data } of reads.on(asked)) {
      const { keyId, personalOpened, subject, what } = data;
      const [day, oneAccount] = [asked.calendar.dayOf(at), subject !== null];
      rows.push({ day, readAt: at, keyId, what, oneAccount, personalOpened });
    }
    return allAtOnce({ reads: rows.length, keys: new Set(rows.map(({ keyId }) => keyId)).size }, rows);
  },
};
