import { MEASURES, parted } from '../projections/compliance/counting.js';
import { dailyCounts, sumOf } from './daily-counts.js';
import { COUNT, DAY } from './figures.js';
import type { Report } from './report.js';
import { percent } from './report.js';

export const stepUps: Report = {
  name: 'step-ups',
  title: { en: 'Step-ups', zh: '操作验证' },
  about: {
    en: 'Proofs for single actions: which were passed by what, and which were refused for what.',
    zh: '针对单项操作的验证：以何种方式通过，或因何被拒。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'action',
      definition: { en: "The action's name in the policy.", zh: '策略中的操作名称。' },
    },
    {
      name: 'outcome',
      definition: {
        en: 'passed, or denied. A step-up that nobody finished is neither, and isn’t recorded.',
        zh: 'passed（通过）或 denied（拒绝）。未完成的验证不作记录。',
      },
    },
    {
      name: 'detail',
      definition: {
        en: 'Of a passed one: the methods that proved it, joined by +. Of a denied one: cooling-off, passkey-too-new or locked.',
        zh: '通过：所用方式，以 + 连接。拒绝：cooling-off（冷静期）、passkey-too-new（通行密钥过新）或 locked（验证码被锁定）。',
      },
    },
    COUNT,
  ],
  totals: [
    { name: 'passed', definition: { en: 'All that were passed.', zh: '通过总数。' } },
    { name: 'denied', definition: { en: 'All that were denied.', zh: '拒绝总数。' } },
    {
      name: 'passedPercent',
      definition: {
        en: 'passed in percent of both, to one decimal place; empty where there were none.',
        zh: 'passed 占两者之和的百分比，保留一位小数；均无时为空。',
      },
    },
  ],
  open: (asked, data) =>
    dailyCounts(
      asked,
      data,
      MEASURES.stepUps,
      ({ what, how }) => {
        const [outcome, detail] = parted(how);
        return { action: what, outcome, detail };
      },
      (rows) => {
        const [passed, denied] = [sumOf(rows, 'outcome', 'passed'), sumOf(rows, 'outcome', 'denied')];
        return { passed, denied, passedPercent: percent(passed, passed + denied) };
      },
    ),
};
