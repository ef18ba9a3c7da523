import { MEASURES } from '../projections/compliance/counting.js';
import { dailyCounts, sumOf } from './daily-counts.js';
import { COUNT, DAY } from './figures.js';
import type { Report } from './report.js';

export const lockOuts: Report = {
  name: 'lock-outs',
  title: { en: 'Lock-outs', zh: '锁定' },
  about: {
    en: 'When accounts, factors and passkeys were shut out, and when people let them in again.',
    zh: '账户、验证方式和通行密钥何时被锁定，以及何时被人工解除。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'event',
      definition: {
        en: 'account-locked (too many wrong entries in the window of the policy), account-unlocked (by an operator before its time), factor-disabled (too many wrong entries in a row), factor-reinstated (by an operator), reset-disputed (which locks the account until an operator unlocks it) or clone-suspected (a sign count went backwards).',
        zh: 'account-locked（策略时间窗内错误过多）、account-unlocked（操作员提前解锁）、factor-disabled（连续错误过多）、factor-reinstated（操作员恢复）、reset-disputed（对重置提出异议，账户锁定至操作员解锁）或 clone-suspected（签名计数倒退，疑似克隆）。',
      },
    },
    {
      name: 'detail',
      definition: {
        en: 'Why an account was locked, by whom unlocked, which factor it was, or whether the passkey was flagged or suspended.',
        zh: '锁定原因、解锁者、涉及的验证方式，或通行密钥被标记（flagged）还是暂停（suspended）。',
      },
    },
    COUNT,
  ],
  totals: [
    {
      name: 'accountsLocked',
      definition: {
        en: 'How often an account was locked, the same one each time it was.',
        zh: '账户被锁定的次数，同一账户每次均计。',
      },
    },
    {
      name: 'accountsUnlocked',
      definition: { en: 'How often an operator unlocked one.', zh: '操作员解锁的次数。' },
    },
    {
      name: 'factorsDisabled',
      definition: { en: 'How often a factor was disabled.', zh: '验证方式被停用的次数。' },
    },
    {
      name: 'resetsDisputed',
      definition: { en: 'How often a reset was disputed.', zh: '重置被提出异议的次数。' },
    },
    {
      name: 'clonesSuspected',
      definition: {
        en: 'How often a passkey was suspected of having been copied.',
        zh: '通行密钥疑似被复制的次数。',
      },
    },
  ],
  open: (asked, data) =>
    dailyCounts(
      asked,
      data,
      MEASURES.lockOuts,
      ({ what, how }) => ({ event: what, detail: how }),
      (rows) => ({
        accountsLocked: sumOf(rows, 'event', 'account-locked'),
        accountsUnlocked: sumOf(rows, 'event', 'account-unlocked'),
        factorsDisabled: sumOf(rows, 'event', 'factor-disabled'),
        resetsDisputed: sumOf(rows, 'event', 'reset-disputed'),
        clonesSuspected: sumOf(rows, 'event', 'clone-suspected'),
      }),
    ),
};
