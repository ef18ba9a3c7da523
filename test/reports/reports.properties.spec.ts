import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compliance } from '../../src/application/projections/compliance/compliance.js';
import { rebuildProjection } from '../../src/application/projections/projection-rebuild.js';
import { Calendar } from '../../src/application/reports/calendar.js';
import { ReportData } from '../../src/application/reports/report-data.js';
import type { Asked, Cursor, ReportName, ReportRow } from '../../src/application/reports/report.js';
import { reportNamed } from '../../src/application/reports/reports.js';
import { passkeyAccount } from '../../src/domain/account/decider.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { ReceiptId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { personalOf } from '../../src/domain/kernel/event.js';
import { DAY, HOUR } from '../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { AaguidNames } from '../../src/infrastructure/webauthn/providers.js';
import { DataFolder } from '../projections/read-side.js';
import type { ReadSide } from '../projections/read-side.js';
import { eventsOf, moves, play } from '../support/account-histories.js';
import { erase } from '../support/account-commands.js';
import { mpchat, moomoo } from '../support/shipped-policies.js';
import type { Happened } from './naive-reports.js';
import { NaiveReports } from './naive-reports.js';

const PROVIDERS = new AaguidNames();
const providerOf = (aaguid: string): string => PROVIDERS.nameOf(aaguid) ?? 'unknown';

/** Where clocks change, at noon or at midnight, by an hour or by half of one, and where they never do. */
const ZONES = ['Asia/Hong_Kong', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut', 'Asia/Kathmandu'];

/** Those under which the histories are played: their passkeys are many, their floors are raised only when it is asked. */
const histories = fc.record({
  players: fc.array(fc.record({ choices: moves, begins: fc.nat(40 * DAY), erased: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
  zone: fc.constantFrom(...ZONES),
  asOf: fc.nat(1_000),
  idleDays: fc.constantFrom(1, 30, 90),
  pageSize: fc.integer({ min: 1, max: 3 }),
  raised: fc.boolean(),
});

const subjectOf = (index: number): string => `subject-${index}`;

type Player = {
  readonly choices: Parameters<typeof play>[1];
  readonly begins: number;
  readonly erased: boolean;
};

/** Each account's history, some of which end with an erasure, as they came together. */
function storyOf(players: readonly Player[]): readonly Happened[] {
  const told = players.flatMap(({ choices, begins, erased }, index) => {
    const steps = play(moomoo, choices);
    const last = steps.at(-1);
    const end =
      last === undefined || !erased
        ? []
        : passkeyAccount.decide(erase(last.command.at), last.after, moomoo).events;
    const events = JSON.stringify([...eventsOf(steps), ...end]).replaceAll('reset-of-', `reset-${index}-of-`);
    let recordedAt = begins;
    return (JSON.parse(events) as readonly AccountEvent[]).map((event, place) => {
      const at = event.at + begins;
      // An account's events stay in their order, also where a clock that was fast told one of them.
      recordedAt = Math.max(recordedAt, at);
      return { subject: subjectOf(index), event: inHistoryOf(index, { ...event, at }), recordedAt, place };
    });
  });
  return told.sort((left, right) => left.recordedAt - right.recordedAt || left.place - right.place);
}

/** A receipt names one erasure of all. */
function inHistoryOf(index: number, event: AccountEvent): AccountEvent {
  if (event.type !== 'AccountErased') return event;
  return { ...event, data: { ...event.data, receiptId: as<ReceiptId>(`receipt-${index}`) } };
}

/** These histories are of accounts alone. */
const NOBODY_READ = { on: async function* () {} };

async function allRows(name: ReportName, asked: Asked, data: ReportData, pageSize: number) {
  const opened = await reportNamed(name)?.open(asked, data, NOBODY_READ);
  if (opened === undefined) throw new Error(`there is no report ${name}`);
  const rows: ReportRow[] = [];
  let after: Cursor | null = null;
  do {
    const { next, rows: more }: { next: Cursor | null; rows: readonly ReportRow[] } = await opened.page(
      after,
      pageSize,
    );
    rows.push(...more);
    after = next;
  } while (after !== null);
  return { rows, totals: opened.totals };
}

const sorted = (rows: readonly object[]): readonly string[] =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).toSorted(([left], [right]) => (left < right ? -1 : 1))))
    .toSorted();

interface Case {
  readonly asked: Asked;
  readonly naive: NaiveReports;
  readonly pageSize: number;
}

async function expectSame({ asked, naive, pageSize }: Case, data: ReportData): Promise<void> {
  const days = asked.calendar.days(asked.from, asked.to);
  const same = async (
    name: ReportName,
    expected: readonly object[],
    totals: object,
    shown: (row: ReportRow) => ReportRow | undefined = (row) => row,
  ): Promise<void> => {
    const found = await allRows(name, asked, data, pageSize);
    const rows = found.rows.map(shown).filter((row) => row !== undefined);
    expect([name, sorted(rows)]).toStrictEqual([name, sorted(expected)]);
    expect([name, found.totals]).toStrictEqual([name, totals]);
  };
  const [stepUps, factors] = [naive.stepUps(days), naive.factors(days)];
  const dormant = naive.dormant(asked.now, asked.idleDays);
  const erasures = naive.erasures(days);

  await same('passkey-adoption', naive.adoption(days), naive.adoptionTotals(asked.to), (row) =>
    row['added'] === 0 && row['removed'] === 0 && row['active'] === 0 ? undefined : row,
  );
  await same('passkey-inventory', naive.inventory(asked.asOf), naive.inventoryTotals(asked.asOf));
  await same('onboarding', naive.onboarding(days), naive.onboardingTotals(days));
  await same('resets', naive.resets(days), naive.resetTotals(days));
  await same('step-ups', stepUps, naive.totalsOf(stepUps, 'passed', 'denied', 'passed'));
  await same('factors', factors, naive.totalsOf(factors, 'passed', 'failed', 'failed'));
  await same('lock-outs', naive.lockOuts(days), naive.lockOutTotals(days));
  await same('erasures', erasures, { erased: erasures.length });
  await same('dormant-passkeys', dormant, { dormant: dormant.length, idleDaysAskedFor: asked.idleDays });
  await same(
    'below-policy',
    naive.belowPolicy(),
    naive.belowPolicyTotals(),
    ({ accountId, passkeyId, problems, registeredAt }) =>
      ({ accountId, passkeyId, registeredAt, problems }) as ReportRow,
  );
}

const dataOf = (side: ReadSide, folder: DataFolder): ReportData =>
  new ReportData(side.readModels, folder.keyring, PROVIDERS);

describe('the compliance reports', () => {
  it('B5 and C6: tell what reading every event from the first to the last would, before and after a rebuild', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ players, zone, asOf, idleDays, pageSize, raised }) => {
        const story = storyOf(players);
        const folder = new DataFolder();
        try {
          const side = await folder.started();
          for (const { subject, event } of story) await folder.append(subject, event);
          await side.caughtUp();
          const policy = policyOf(zone, raised);
          const now = (story.at(-1)?.event.at ?? 0) + 2 * HOUR;
          const calendar = new Calendar(zone);
          const asked: Asked = {
            policy,
            calendar,
            now,
            from: calendar.dayOf(now - 25 * DAY),
            to: calendar.dayOf(now),
            asOf: story[asOf % story.length]?.event.at ?? now,
            idleDays,
          };
          const naive = new NaiveReports(story, policy, providerOf, accountIdsOf(story));
          await expectSame({ asked, naive, pageSize }, dataOf(side, folder));
          // What an erased account's events held is gone for a rebuild, and nothing may look different for it.
          for (const { event, subject } of story) {
            if (event.type === 'AccountErased') await folder.keyring.destroy(as(subject));
          }
          await rebuildProjection(compliance, side.sources);
          await expectSame({ asked, naive, pageSize }, dataOf(side, folder));
        } finally {
          await folder.close();
        }
      }),
      { numRuns: 10, endOnFailure: true },
    );
  }, 240_000);
});

/** As it is, and as it is after floors were raised and the maximum was lowered. */
function policyOf(timeZone: string, raised: boolean): RelyingParty {
  const policy = { ...moomoo, slug: mpchat.slug, timeZone };
  if (!raised) return policy;
  const floors = policy.devices.floors.map((floor) => ({ ...floor, osVersion: '99' }));
  return {
    ...policy,
    passkeys: { ...policy.passkeys, maximum: 1 },
    devices: { ...policy.devices, floors },
  };
}

function accountIdsOf(story: readonly Happened[]): ReadonlyMap<string, string | null> {
  const ids = story.flatMap(({ subject, event }): readonly [string, string | null][] =>
    event.type === 'AccountEnrolled' ? [[subject, personalOf(event)?.accountId ?? null]] : [],
  );
  return new Map([...ids, ...erasedOf(story)]);
}

function erasedOf(story: readonly Happened[]): readonly (readonly [string, null])[] {
  return story.flatMap(({ event, subject }) =>
    event.type === 'AccountErased' ? [[subject, null] as const] : [],
  );
}
