import { MEASURES, parted } from '../projections/compliance/counting.js';
import { dailyCounts, sumOf } from './daily-counts.js';
import { COUNT, DAY } from './figures.js';
import type { Report } from './report.js';
import { percent } from './report.js';

export const factors: Report = {
  name: 'factors',
  title: { en: 'Factors', zh: '验证方式' },
  about: {
    en: 'How often passkeys, codes and passwords proved an account, and how often they failed to.',
    zh: '通行密钥、验证码和密码验证账户的成功与失败次数。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'factor',
      definition: {
        en: "passkey, sms, email, totp, or password (the relying party's own word).",
        zh: 'passkey、sms、email、totp 或 password（由产品方自行验证）。',
      },
    },
    {
      name: 'purpose',
      definition: {
        en: 'What it was to prove: bind-passkey, sign-in, step-up, change-factors or dispute-reset.',
        zh: '用途：bind-passkey、sign-in、step-up、change-factors 或 dispute-reset。',
      },
    },
    {
      name: 'outcome',
      definition: {
        en: 'passed or failed. A code: each wrong entry is a failure. A passkey: each answer of a known account that was not accepted, of which so many an hour are recorded for each account. What was never answered is neither.',
        zh: 'passed（通过）或 failed（失败）。验证码：每次输错计一次失败。通行密钥：已知账户的每次未被接受的应答计一次，每账户每小时记录次数有上限。未作答的不计。',
      },
    },
    COUNT,
  ],
  totals: [
    { name: 'passed', definition: { en: 'All that passed.', zh: '通过总数。' } },
    { name: 'failed', definition: { en: 'All that failed.', zh: '失败总数。' } },
    {
      name: 'failedPercent',
      definition: {
        en: 'failed in percent of both, to one decimal place; empty where there were none.',
        zh: 'failed 占两者之和的百分比，保留一位小数；均无时为空。',
      },
    },
  ],
  open: (asked, data) =>
    dailyCounts(
      asked,
      data,
      MEASURES.factors,
      ({ what, how }) => {
        const [purpose, outcome] = parted(how);
        return { factor: what, purpose, outcome };
      },
      (rows) => {
        const [passed, failed] = [sumOf(rows, 'outcome', 'passed'), sumOf(rows, 'outcome', 'failed')];
        return { passed, failed, failedPercent: percent(failed, passed + failed) };
      },
    ),
};
