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
    add('accounts|with-passkey', new Set(there.map(({ subject }) => subject)).size);
    for (const passkey of there) {
      add(`storage|${passkey.storage}`);
      add(`provider|${passkey.provider}`);
      add(`platform|${passkey.platform}`);
    }
    return standing;
  }

  /** Only what is there: rows of what never was or no longer is are left to the real one. */
  adoption(days: readonly string[]): readonly Row[] {
    return days.flatMap((day) =>
      [...this.standing(day)].map(([name, active]) => {
        const [by, value] = name.split('|');
        return { day, by, value, active };
      }),
    );
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

  resets(days: readonly string[]): readonly Row[] {
    const rows = new Map<string, { row: Record<string, unknown>; seconds: number[] }>();
    for (const { event: asked } of this.happened) {
      if (asked.type !== 'LivenessResetRequested' || !days.includes(this.dayOf(asked.at))) continue;
      const { provider, resetId } = asked.data;
      const [day, none] = [
        this.dayOf(asked.at),
        { passed: 0, rejected: 0, cancelled: 0, expired: 0, open: 0 },
      ];
      const counts = { requested: 0, ...none, disputed: 0, passkeyAdded: 0, failedAttempts: 0 };
      const found = rows.get(`${day}|${provider}`) ?? { row: { day, provider, ...counts }, seconds: [] };
      rows.set(`${day}|${provider}`, found);
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

  /** Whose problems are what, by passkey; and who has too many. */
  belowPolicy(): readonly Row[] {
    const there = this.passkeys().filter(({ removed }) => removed === null);
    const onDevices = there.flatMap(({ device, passkeyId, subject }) => {
      const problems =
        device === undefined ? [] : checkDevice(this.policy, device).filter(({ blocking }) => blocking);
      const accountId = this.accountIds.get(subject);
      return problems.length === 0
        ? []
        : [{ accountId, passkeyId, problems: problems.map(({ code }) => code).join('+') }];
    });
    const tooMany = [...new Set(there.map(({ subject }) => subject))].filter(
      (subject) => there.filter((one) => one.subject === subject).length > this.policy.passkeys.maximum,
    );
    return [
      ...onDevices,
      ...tooMany.map((subject) => ({
        accountId: this.accountIds.get(subject),
        passkeyId: null,
        problems: 'too-many-passkeys',
      })),
    ];
  }
}
