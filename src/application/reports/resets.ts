import { SECOND } from '../../domain/kernel/time.js';
import type { ResetOutcome } from '../projections/compliance/reset-reducers.js';
import { RESETS } from '../projections/compliance/tables.js';
import { numberOf, numberOrNull, textOf } from '../queries/sealed-column.js';
import { daysAfter } from './calendar.js';
import { DAY } from './figures.js';
import type { Report, ReportRow } from './report.js';
import { allAtOnce, percent } from './report.js';

const ORDER = ['requested_at', 'reset_id'] as const;

const COUNTS = [
  {
    name: 'requested',
    definition: { en: 'Resets that account holders asked for.', zh: '账户持有人申请的重置数。' },
  },
  {
    name: 'passed',
    definition: {
      en: 'Those of them whose liveness check was passed: the passkeys of before were removed.',
      zh: '其中通过人脸活体检测的数量：此前的通行密钥已被移除。',
    },
  },
  {
    name: 'rejected',
    definition: {
      en: 'Those that the provider refused for good, or whose attempts were used up.',
      zh: '被提供方最终拒绝或尝试次数用尽的数量。',
    },
  },
  {
    name: 'cancelled',
    definition: {
      en: 'Those that the owner stopped with a passkey of before.',
      zh: '由所有者用原有通行密钥取消的数量。',
    },
  },
  {
    name: 'expired',
    definition: { en: 'Those that ended without a verdict.', zh: '没有结论而过期的数量。' },
  },
  { name: 'open', definition: { en: 'Those that wait for a verdict now.', zh: '目前等待结论的数量。' } },
  {
    name: 'disputed',
    definition: {
      en: 'Those of the passed ones that the holder of a removed passkey has since called wrong.',
      zh: '通过后被原通行密钥持有人提出异议的数量。',
    },
  },
  {
    name: 'passkeyAdded',
    definition: {
      en: 'Those of the passed ones after which a passkey was added with the proof of the reset.',
      zh: '通过后凭该重置添加了通行密钥的数量。',
    },
  },
  {
    name: 'failedAttempts',
    definition: {
      en: 'Liveness checks that were not passed and might be tried again.',
      zh: '未通过但可重试的活体检测次数。',
    },
  },
  {
    name: 'medianSecondsToPass',
    definition: {
      en: 'Half of the passed ones took no longer from the request to the verdict, in whole seconds; empty where none was passed.',
      zh: '从申请到结论的耗时中位数（整秒）；没有通过的则为空。',
    },
  },
  { name: 'slowestSecondsToPass', definition: { en: 'The longest of these times.', zh: '其中最长的耗时。' } },
];

export const resets: Report = {
  name: 'resets',
  title: { en: 'Resets', zh: '重置' },
  about: {
    en: 'Resets of passkeys by a liveness check: how many were asked for on each day, and what has become of them.',
    zh: '通过活体检测重置通行密钥：每天申请多少，结果如何。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    {
      ...DAY,
      definition: {
        en: "The day on which the resets were asked for, in the product's time zone. Whatever became of them later counts for that day.",
        zh: '申请重置的日期（产品所在时区）；其后结果均计入该日。',
      },
    },
    { name: 'provider', definition: { en: 'Who checks the face.', zh: '活体检测提供方。' } },
    ...COUNTS,
  ],
  totals: [
    ...COUNTS,
    {
      name: 'passedPercent',
      definition: {
        en: 'passed in percent of requested, to one decimal place; empty where none was requested.',
        zh: 'passed 占 requested 的百分比，保留一位小数；没有申请时为空。',
      },
    },
  ],
  async open(asked, data) {
    const { calendar, policy } = asked;
    const all = new Tally();
    const byDay = new Map<string, Map<string, Tally>>();
    const requested = {
      column: 'requested_at',
      from: calendar.startOf(asked.from),
      before: calendar.startOf(daysAfter(asked.to, 1)),
    };
    const query = { table: RESETS.name, where: { rp: policy.slug }, ranges: [requested], orderBy: ORDER };
    for await (const rows of data.all(query)) {
      for (const row of rows) {
        const requestedAt = numberOf(row, 'requested_at');
        const endedAt = numberOrNull(row, 'ended_at');
        const reset = {
          outcome: textOf(row, 'status') as ResetOutcome,
          failedAttempts: numberOf(row, 'failed_attempts'),
          duration: endedAt === null ? 0 : endedAt - requestedAt,
          isDisputed: row['disputed_at'] !== null,
          hasPasskey: row['passkey_added_at'] !== null,
        };
        const ofDay = within(byDay, calendar.dayOf(requestedAt), () => new Map<string, Tally>());
        within(ofDay, textOf(row, 'provider'), () => new Tally()).add(reset);
        all.add(reset);
      }
    }
    const rows: ReportRow[] = [];
    for (const [day, providers] of byDay) {
      for (const [provider, tally] of [...providers].toSorted(byName))
        rows.push({ day, provider, ...tally.figures() });
    }
    const { requested: count, passed } = all.counts;
    return allAtOnce({ ...all.figures(), passedPercent: percent(passed, count) }, rows);
  },
};

interface Reset {
  readonly outcome: ResetOutcome;
  readonly failedAttempts: number;
  readonly duration: number;
  readonly isDisputed: boolean;
  readonly hasPasskey: boolean;
}

class Tally {
  readonly counts = {
    requested: 0,
    passed: 0,
    rejected: 0,
    cancelled: 0,
    expired: 0,
    open: 0,
    disputed: 0,
    passkeyAdded: 0,
    failedAttempts: 0,
  };
  private readonly seconds: number[] = [];

  add({ outcome, failedAttempts, duration, hasPasskey, isDisputed }: Reset): void {
    const { counts } = this;
    counts.requested += 1;
    counts[outcome] += 1;
    counts.failedAttempts += failedAttempts;
    if (isDisputed) counts.disputed += 1;
    if (hasPasskey) counts.passkeyAdded += 1;
    if (outcome === 'passed') this.seconds.push(Math.round(duration / SECOND));
  }

  figures(): ReportRow {
    const sorted = this.seconds.toSorted((left, right) => left - right);
    return {
      ...this.counts,
      medianSecondsToPass: sorted[Math.ceil(sorted.length / 2) - 1] ?? null,
      slowestSecondsToPass: sorted.at(-1) ?? null,
    };
  }
}

function within<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const found = map.get(name) ?? make();
  map.set(name, found);
  return found;
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
