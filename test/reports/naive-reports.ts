import type { AccountEvent } from '../../src/domain/account/events.js';
import { personalOf } from '../../src/domain/kernel/event.js';
import type { Instant } from '../../src/domain/kernel/time.js';
import { DAY } from '../../src/domain/kernel/time.js';
import { checkDevice } from '../../src/domain/policy/device-check.js';
import type { Device } from '../../src/domain/policy/device.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';

/**
 * Every report as one who has all events before him and all the time in the world would make it: by reading them from the
 * first to the last for each figure. What it shares with the real ones is the words.
 */
export interface Happened {
  readonly subject: string;
  readonly event: AccountEvent;
}

type Row = Readonly<Record<string, unknown>>;

interface NaivePasskey {
  readonly subject: string;
  readonly passkeyId: string;
  readonly at: Instant;
  readonly storage: string;
  readonly provider: string;
  readonly platform: string;
  readonly device: Device | undefined;
  readonly attestation: string;
  readonly entryPoint: string;
  removed: { readonly at: Instant; readonly why: string } | null;
  lastUsedAt: Instant | null;
}

const NO_RESETS = {
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

/** Of a hundred, to one decimal place; of nothing there is no share. */
const percentOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Number(((part / whole) * 100).toFixed(1));

export class NaiveReports {
  constructor(
    private readonly happened: readonly Happened[],
    private readonly policy: RelyingParty,
    private readonly providerOf: (aaguid: string) => string,
    private readonly accountIds: ReadonlyMap<string, string | null>,
  ) {}

  /** In the zone of the product, by the clock on its wall. */
  readonly dayOf = (at: Instant): string =>
    new Date(at).toLocaleDateString('sv-SE', { timeZone: this.policy.timeZone });

  private isErased(erased: string): boolean {
    return this.happened.some(({ event, subject }) => subject === erased && event.type === 'AccountErased');
  }

  erasures(days: readonly string[]): readonly Row[] {
    return this.happened.flatMap(({ event }) =>
      event.type === 'AccountErased' && days.includes(this.dayOf(event.at))
        ? [
            {
              day: this.dayOf(event.at),
              erasedAt: event.at,
              receiptId: event.data.receiptId,
              requestedBy: 'client',
            },
          ]
        : [],
    );
  }

  private until(day: string): readonly Happened[] {
    return this.happened.filter(({ event }) => this.dayOf(event.at) <= day);
  }

  private passkeys(happened: readonly Happened[] = this.happened): readonly NaivePasskey[] {
    const passkeys: NaivePasskey[] = [];
    for (const { subject, event } of happened) {
      if (event.type === 'PasskeyRegistered') {
        // Whoever was erased by now can't be read, whatever day is asked about.
        const device = this.isErased(subject) ? undefined : personalOf<{ device: Device }>(event)?.device;
        passkeys.push({
          subject,
          passkeyId: event.data.passkeyId,
          at: event.at,
          storage: event.data.backupEligible ? 'synced' : 'device-bound',
          provider: this.providerOf(event.data.aaguid),
          platform: device?.platform ?? 'unknown',
          device,
          attestation: event.data.attestation.trust,
          entryPoint: event.data.entryPoint,
          removed: null,
          lastUsedAt: null,
        });
      }
      const named = 'passkeyId' in event.data ? event.data.passkeyId : null;
      const passkey = passkeys.find((one) => one.subject === subject && one.passkeyId === named);
      if (passkey === undefined) continue;
      if (event.type === 'PasskeyRemoved') passkey.removed = { at: event.at, why: event.data.why };
      if (event.type === 'PasskeyUsed' && event.data.purpose !== 'dispute-reset')
        passkey.lastUsedAt = event.at;
    }
    return passkeys;
  }

  /** Of everything that is there or was, how much there was of it at the end of a day. */
  private standing(day: string): Map<string, number> {
    const happened = this.until(day);
    const there = this.passkeys(happened).filter(({ removed }) => removed === null);
    const standing = new Map<string, number>();
    const add = (name: string, count = 1): void => void standing.set(name, (standing.get(name) ?? 0) + count);
    for (const { event } of happened) {
      if (event.type === 'AccountEnrolled') add('accounts|enrolled');
      if (event.type === 'AccountErased') add('accounts|enrolled', -1);
    }
    const holders = new Set(there.map(({ subject }) => subject)).size;
    if (holders > 0) add('accounts|with-passkey', holders);
    for (const passkey of there) {
      add(`storage|${passkey.storage}`);
      add(`provider|${passkey.provider}`);
      add(`platform|${passkey.platform}`);
    }
    return standing;
  }

  /** What came or went on a day, of everything that there is. */
  private change(day: string): {
    readonly added: Map<string, number>;
    readonly removed: Map<string, number>;
  } {
    const change = { added: new Map<string, number>(), removed: new Map<string, number>() };
    const holders = new Map<string, number>();
    for (const { event, subject } of this.happened) {
      const count = (of: 'added' | 'removed', name: string): void => {
        if (this.dayOf(event.at) === day) change[of].set(name, (change[of].get(name) ?? 0) + 1);
      };
      if (event.type === 'AccountEnrolled') count('added', 'accounts|enrolled');
      if (event.type === 'AccountErased') count('removed', 'accounts|enrolled');
      if (event.type !== 'PasskeyRegistered' && event.type !== 'PasskeyRemoved') continue;
      const isAdded = event.type === 'PasskeyRegistered';
      const of = isAdded ? 'added' : 'removed';
      const held = holders.get(subject) ?? 0;
      holders.set(subject, isAdded ? held + 1 : held - 1);
      if (held === (isAdded ? 0 : 1)) count(of, 'accounts|with-passkey');
      const passkey = this.passkeys().find(
        (one) => one.subject === subject && one.passkeyId === event.data.passkeyId,
      );
      count(of, `storage|${passkey?.storage}`);
      count(of, `provider|${passkey?.provider}`);
      count(of, `platform|${passkey?.platform}`);
    }
    return change;
  }

  /** Only what is there, came or went: rows of nothing but zeros are left to the real one. */
  adoption(days: readonly string[]): readonly Row[] {
    return days.flatMap((day) => {
      const { added, removed } = this.change(day);
      const standing = this.standing(day);
      const there = [...standing].flatMap(([name, count]) => (count === 0 ? [] : [name]));
      return [...new Set([...there, ...added.keys(), ...removed.keys()])].map((name) => {
        const [by, value] = name.split('|');
        const of = (counts: Map<string, number>): number => counts.get(name) ?? 0;
        return { day, by, value, added: of(added), removed: of(removed), active: of(standing) };
      });
    });
  }

  adoptionTotals(lastDay: string): Row {
    const standing = this.standing(lastDay);
    const of = (name: string): number => standing.get(name) ?? 0;
    const [accounts, accountsWithPasskey] = [of('accounts|enrolled'), of('accounts|with-passkey')];
    const [synced, deviceBound] = [of('storage|synced'), of('storage|device-bound')];
    return {
      accounts,
      accountsWithPasskey,
      adoptionPercent: percentOf(accountsWithPasskey, accounts),
      passkeys: synced + deviceBound,
      synced,
      deviceBound,
    };
  }

  inventoryTotals(asOf: Instant): Row {
    const rows = this.inventory(asOf);
    const synced = rows.filter(({ storage }) => storage === 'synced').length;
    const there = this.passkeys().filter(
      ({ at, removed }) => at <= asOf && (removed === null || removed.at > asOf),
    );
    return {
      accounts: new Set(there.map(({ subject }) => subject)).size,
      passkeys: rows.length,
      synced,
      deviceBound: rows.length - synced,
    };
  }

  inventory(asOf: Instant): readonly Row[] {
    return this.passkeys()
      .filter(({ at, removed }) => at <= asOf && (removed === null || removed.at > asOf))
      .map((passkey) => ({
        accountId: this.accountIds.get(passkey.subject),
        passkeyId: passkey.passkeyId,
        registeredAt: passkey.at,
        removedAt: passkey.removed?.at ?? null,
        removedWhy: passkey.removed?.why ?? null,
        provider: passkey.provider,
        storage: passkey.storage,
        platform: passkey.platform,
        attestation: passkey.attestation,
        entryPoint: passkey.entryPoint,
      }));
  }

  onboarding(days: readonly string[]): readonly Row[] {
    const points = this.policy.entryPoints.map(({ name }) => name);
    return days.flatMap((day) => {
      const enrolled = this.happened.filter(
        ({ event }) => event.type === 'AccountEnrolled' && this.dayOf(event.at) === day,
      );
      return points.map((entryPoint) => {
        const completions = enrolled.flatMap(({ subject }) => {
          const first = this.passkeys().find(
            (one) => one.subject === subject && one.entryPoint === entryPoint,
          );
          return first === undefined ? [] : [(Date.parse(this.dayOf(first.at)) - Date.parse(day)) / DAY];
        });
        return {
          day,
          entryPoint,
          complianceStep: this.policy.entryPoints.some(
            (one) => one.name === entryPoint && one.complianceStep,
          ),
          enrolled: enrolled.length,
          completed: completions.length,
          completedSameDay: completions.filter((later) => later === 0).length,
          completedWithinWeek: completions.filter((later) => later <= 7).length,
        };
      });
    });
  }

  onboardingTotals(days: readonly string[]): Row {
    const rows = this.onboarding(days);
    const [point] = this.policy.entryPoints;
    const enrolled = rows
      .filter(({ entryPoint }) => entryPoint === point?.name)
      .reduce((total, row) => total + Number(row['enrolled']), 0);
    const completed = rows
      .filter(({ complianceStep }) => complianceStep === true)
      .reduce((total, row) => total + Number(row['completed']), 0);
    return { enrolled, completed, completionPercent: percentOf(completed, enrolled) };
  }

  resets(days: readonly string[]): readonly Row[] {
    return this.resetsBy(days, (day, provider) => ({ day, provider }));
  }

  resetTotals(days: readonly string[]): Row {
    const [all] = this.resetsBy(days, () => ({}));
    const none = { ...NO_RESETS, medianSecondsToPass: null, slowestSecondsToPass: null };
    const totals = all ?? none;
    return { ...totals, passedPercent: percentOf(Number(totals['passed']), Number(totals['requested'])) };
  }

  private resetsBy(days: readonly string[], groupOf: (day: string, provider: string) => Row): readonly Row[] {
    const rows = new Map<string, { row: Record<string, unknown>; seconds: number[] }>();
    for (const { event: asked } of this.happened) {
      if (asked.type !== 'LivenessResetRequested' || !days.includes(this.dayOf(asked.at))) continue;
      const { provider, resetId } = asked.data;
      const group = groupOf(this.dayOf(asked.at), provider);
      const found = rows.get(JSON.stringify(group)) ?? { row: { ...group, ...NO_RESETS }, seconds: [] };
      rows.set(JSON.stringify(group), found);
      const add = (name: string): void => void (found.row[name] = Number(found.row[name]) + 1);
      add('requested');
      const about = this.happened.filter(
        ({ event }) => 'resetId' in event.data && event.data.resetId === resetId,
      );
      const ends = {
        LivenessResetCompleted: 'passed',
        LivenessResetRejected: 'rejected',
        LivenessResetCancelled: 'cancelled',
        LivenessResetExpired: 'expired',
      };
      const end = about.find(({ event }) => Object.hasOwn(ends, event.type))?.event;
      add(end === undefined ? 'open' : ends[end.type as keyof typeof ends]);
      if (end?.type === 'LivenessResetCompleted') found.seconds.push(Math.round((end.at - asked.at) / 1_000));
      for (const { event } of about) {
        if (event.type === 'LivenessAttemptFailed') add('failedAttempts');
        if (event.type === 'LivenessResetDisputed') add('disputed');
        if (event.type === 'PasskeyRegistered') add('passkeyAdded');
      }
    }
    return [...rows.values()].map(({ row, seconds }) => {
      const sorted = seconds.sort((left, right) => left - right);
      return {
        ...row,
        medianSecondsToPass: sorted.length === 0 ? null : sorted[Math.floor((sorted.length - 1) / 2)],
        slowestSecondsToPass: sorted.length === 0 ? null : Math.max(...sorted),
      };
    });
  }

  /** How often each row that an event comes to was seen on each of the days. */
  private seen(days: readonly string[], rowOf: (event: AccountEvent) => Row | undefined): readonly Row[] {
    const counts = new Map<string, number>();
    for (const { event } of this.happened) {
      const [day, row] = [this.dayOf(event.at), rowOf(event)];
      if (row === undefined || !days.includes(day)) continue;
      const name = JSON.stringify({ day, ...row });
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => ({ ...(JSON.parse(name) as Row), count }));
  }

  stepUps(days: readonly string[]): readonly Row[] {
    return this.seen(days, ({ data, type }) => {
      if (type === 'StepUpPassed') {
        return { action: data.action, outcome: 'passed', detail: [...data.methods].sort().join('+') };
      }
      if (type === 'StepUpDenied') return { action: data.action, outcome: 'denied', detail: data.reason };
      return undefined;
    });
  }

  factors(days: readonly string[]): readonly Row[] {
    return this.seen(days, ({ data, type }) => {
      if (type === 'SecurityCheckPassed' || type === 'SecurityCheckFailed') {
        const outcome = type === 'SecurityCheckPassed' ? 'passed' : 'failed';
        return { factor: data.factor, purpose: data.purpose, outcome };
      }
      if (type === 'PasskeyUsed') return { factor: 'passkey', purpose: data.purpose, outcome: 'passed' };
      if (type === 'PasskeyVerificationFailed') {
        return { factor: 'passkey', purpose: data.purpose, outcome: 'failed' };
      }
      return undefined;
    });
  }

  lockOuts(days: readonly string[]): readonly Row[] {
    return this.seen(days, ({ data, type }) => {
      if (type === 'AccountLocked') return { event: 'account-locked', detail: data.why };
      if (type === 'AccountUnlocked') return { event: 'account-unlocked', detail: data.by };
      if (type === 'FactorDisabled') return { event: 'factor-disabled', detail: data.factor };
      if (type === 'FactorReinstated') return { event: 'factor-reinstated', detail: data.factor };
      if (type === 'LivenessResetDisputed') return { event: 'reset-disputed', detail: '' };
      if (type === 'PasskeyCloneSuspected') return { event: 'clone-suspected', detail: data.consequence };
      return undefined;
    });
  }

  /** What rows with an outcome come to together. */
  totalsOf(rows: readonly Row[], good: string, bad: string, shareOf: string): Row {
    const sum = (outcome: string): number =>
      rows
        .filter((row) => row['outcome'] === outcome)
        .reduce((total, row) => total + Number(row['count']), 0);
    const [ofGood, ofBad] = [sum(good), sum(bad)];
    return {
      [good]: ofGood,
      [bad]: ofBad,
      [`${shareOf}Percent`]: percentOf(shareOf === good ? ofGood : ofBad, ofGood + ofBad),
    };
  }

  lockOutTotals(days: readonly string[]): Row {
    const of = (type: AccountEvent['type']): number =>
      this.happened.filter(({ event }) => event.type === type && days.includes(this.dayOf(event.at))).length;
    return {
      accountsLocked: of('AccountLocked'),
      accountsUnlocked: of('AccountUnlocked'),
      factorsDisabled: of('FactorDisabled'),
      resetsDisputed: of('LivenessResetDisputed'),
      clonesSuspected: of('PasskeyCloneSuspected'),
    };
  }

  dormant(now: Instant, days: number): readonly Row[] {
    return this.passkeys()
      .filter(({ removed, at, lastUsedAt }) => removed === null && (lastUsedAt ?? at) < now - days * DAY)
      .map(({ subject, passkeyId, at, lastUsedAt, provider, storage, platform }) => ({
        accountId: this.accountIds.get(subject),
        passkeyId,
        registeredAt: at,
        lastUsedAt,
        idleDays: Math.floor((now - (lastUsedAt ?? at)) / DAY),
        provider,
        storage,
        platform,
      }));
  }

  belowPolicyTotals(): Row {
    const rows = this.belowPolicy();
    const there = this.passkeys().filter(({ device, removed }) => removed === null && device !== undefined);
    return {
      passkeys: rows.filter(({ passkeyId }) => passkeyId !== null).length,
      passkeysJudged: there.length,
      accountsWithTooMany: rows.filter(({ passkeyId }) => passkeyId === null).length,
    };
  }

  /** Whose problems are what, by passkey; and who has too many. What was recorded is left to the real one to word. */
  belowPolicy(): readonly Row[] {
    const there = this.passkeys().filter(({ removed }) => removed === null);
    const onDevices = there.flatMap(({ at, device, passkeyId, subject }) => {
      const problems =
        device === undefined ? [] : checkDevice(this.policy, device).filter(({ blocking }) => blocking);
      const accountId = this.accountIds.get(subject);
      return problems.length === 0
        ? []
        : [{ accountId, passkeyId, registeredAt: at, problems: problems.map(({ code }) => code).join('+') }];
    });
    const tooMany = [...new Set(there.map(({ subject }) => subject))].filter(
      (subject) => there.filter((one) => one.subject === subject).length > this.policy.passkeys.maximum,
    );
    return [
      ...onDevices,
      ...tooMany.map((subject) => ({
        accountId: this.accountIds.get(subject),
        passkeyId: null,
        registeredAt: null,
        problems: 'too-many-passkeys',
      })),
    ];
  }
}
