import { MEASURES, SLOT } from '../projections/compliance/counting.js';
import { DAY } from './figures.js';
import type { Day } from './calendar.js';
import type { Report, ReportRow } from './report.js';
import { allAtOnce, percent } from './report.js';

const WEEK = 7;

export const onboarding: Report = {
  name: 'onboarding',
  title: { en: 'Onboarding', zh: '注册引导完成情况' },
  about: {
    en: 'How many of the accounts that were enrolled on a day have added a passkey at each entry point by now.',
    zh: '某天注册的账户中，至今有多少在各入口添加了通行密钥。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    {
      ...DAY,
      definition: {
        en: "The day on which the accounts were enrolled, in the product's time zone.",
        zh: '账户注册当天（产品所在时区）。',
      },
    },
    {
      name: 'entryPoint',
      definition: { en: 'Where in the product passkeys are added.', zh: '产品中添加通行密钥的入口。' },
    },
    {
      name: 'complianceStep',
      definition: {
        en: 'Whether the policy says today that compliance asks for this entry point.',
        zh: '按当前策略，该入口是否为合规要求的步骤。',
      },
    },
    {
      name: 'enrolled',
      definition: {
        en: 'Accounts enrolled on that day, erased ones included.',
        zh: '当天注册的账户数，包括后来被删除的。',
      },
    },
    {
      name: 'completed',
      definition: {
        en: 'Those of them that have ever added a passkey at the entry point, up to now.',
        zh: '其中至今曾在该入口添加过通行密钥的账户数。',
      },
    },
    {
      name: 'completedSameDay',
      definition: {
        en: 'Those of them that did so on the day of their enrolment.',
        zh: '其中在注册当天完成的数量。',
      },
    },
    {
      name: 'completedWithinWeek',
      definition: {
        en: 'Those of them that did so on that day or one of the seven after it.',
        zh: '其中在当天或之后七天内完成的数量。',
      },
    },
  ],
  totals: [
    {
      name: 'enrolled',
      definition: { en: 'Accounts enrolled from the first day to the last.', zh: '起止日期内注册的账户数。' },
    },
    {
      name: 'completed',
      definition: {
        en: 'How often one of them completed an entry point that compliance asks for; with one such entry point, that many accounts.',
        zh: '其中完成合规入口的次数；只有一个合规入口时即账户数。',
      },
    },
    {
      name: 'completionPercent',
      definition: {
        en: 'completed in percent of enrolled, to one decimal place; empty where nobody was enrolled.',
        zh: 'completed 占 enrolled 的百分比，保留一位小数；无人注册时为空。',
      },
    },
  ],
  async open(asked, data) {
    const { calendar, policy } = asked;
    const sums = { enrolled: 0, completed: 0 };
    const rows: ReportRow[] = [];
    for await (const [day, counted] of data.daily(asked, [MEASURES.accounts, MEASURES.onboarded])) {
      const enrolled =
        counted.find(({ what, measure }) => measure === MEASURES.accounts && what === 'enrolled')?.count ?? 0;
      sums.enrolled += enrolled;
      const completions = counted.filter(({ measure }) => measure === MEASURES.onboarded);
      const named = [...policy.entryPoints.map(({ name }) => name), ...completions.map(({ what }) => what)];
      for (const entryPoint of new Set(named)) {
        const complianceStep = policy.entryPoints.some(
          (one) => one.name === entryPoint && one.complianceStep,
        );
        const completed = new Completions();
        for (const { what, how, count } of completions) {
          if (what === entryPoint) completed.add(daysBetween(day, calendar.dayOf(Number(how) * SLOT)), count);
        }
        if (complianceStep) sums.completed += completed.all;
        rows.push({
          day,
          entryPoint,
          complianceStep,
          enrolled,
          completed: completed.all,
          completedSameDay: completed.sameDay,
          completedWithinWeek: completed.withinWeek,
        });
      }
    }
    return allAtOnce({ ...sums, completionPercent: percent(sums.completed, sums.enrolled) }, rows);
  },
};

class Completions {
  all = 0;
  sameDay = 0;
  withinWeek = 0;

  add(daysLater: number, count: number): void {
    this.all += count;
    if (daysLater === 0) this.sameDay += count;
    if (daysLater <= WEEK) this.withinWeek += count;
  }
}

function daysBetween(earlier: Day, later: Day): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / 86_400_000);
}
