import type { CheckUnderWay, CodeFinding } from '../../domain/account/commands.js';
import type { CodeFactor } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Language } from '../../domain/texts/language.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { OneTimeCodes, TotpCodes } from '../ports/factors.js';
import type { CodeUse, Messenger } from '../ports/messaging.js';
import { MessageNotDelivered } from '../ports/messaging.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { CommandContext } from './context.js';
import type { GuessingBudgets } from './guessing-budgets.js';
import type { RecordOwner } from './sealed-records.js';
import { SealedRecords } from './sealed-records.js';

/** A check whose code is out. The code itself is nowhere: a keyed hash is enough to compare. */
export interface OpenCheck extends CheckUnderWay {
  readonly factor: CodeFactor;
  /** Where the code went, or the TOTP secret it is made from. */
  readonly value: string;
  /** Null for TOTP. */
  readonly codeHash: string | null;
}

/** Sends codes and compares what comes back. What a comparison comes to is decided on the account's stream. */
export class OpenChecks {
  private readonly records: SealedRecords<OpenCheck>;

  constructor(
    ephemeral: EphemeralStore,
    private readonly codes: OneTimeCodes,
    private readonly totp: TotpCodes,
    private readonly messenger: Messenger,
    private readonly budgets: GuessingBudgets,
  ) {
    this.records = new SealedRecords('check', ephemeral);
  }

  /**
   * Keeps the check, then sends its code; nothing is sent for TOTP.
   * @param id under which the check is found again
   * @param locale what the account holder is written to in
   * @returns why no code went out, if none did
   */
  async open(
    owner: RecordOwner,
    id: string,
    check: Omit<OpenCheck, 'codeHash'>,
    context: CommandContext,
    use: CodeUse,
    locale: Language,
  ): Promise<Rejection | undefined> {
    if (check.factor === 'totp') {
      await this.records.put(owner, id, { ...check, codeHash: null });
      return undefined;
    }
    const overspent = await this.budgets.beforeSending(context, owner.stream, check.value);
    if (overspent !== undefined) return overspent;
    const { code, hash } = this.codes.issue(check.checkId);
    await this.records.put(owner, id, { ...check, codeHash: hash });
    return this.send(check, code, context, use, locale);
  }

  /** @returns why it didn't go out, if it didn't */
  async send(
    check: Pick<OpenCheck, 'factor' | 'value'>,
    code: string,
    context: CommandContext,
    use: CodeUse,
    locale: Language,
  ): Promise<Rejection | undefined> {
    if (check.factor === 'totp') return undefined;
    try {
      await this.messenger.send({
        rp: context.policy.slug,
        channel: check.factor,
        to: check.value,
        purpose: 'code',
        code,
        use,
        locale,
        lifetime: context.policy.factors.codeLifetime,
      });
      return undefined;
    } catch (error) {
      if (error instanceof MessageNotDelivered) return rejection('message-not-delivered');
      throw error;
    }
  }

  /** Why no guess is taken now, if none is. */
  beforeGuess(context: CommandContext): Promise<Rejection | undefined> {
    return this.budgets.beforeGuess(context);
  }

  find(owner: RecordOwner, id: string): Promise<OpenCheck | undefined> {
    return this.records.find(owner, id);
  }

  compare(check: OpenCheck, code: string, at: Instant): CodeFinding {
    if (check.codeHash !== null) {
      return { matches: this.codes.matches(check.checkId, code, check.codeHash), totpStep: null };
    }
    // Which steps are spent is known to the account's stream: the decision compares.
    const found = this.totp.verify(check.value, code, at, null);
    return { matches: found !== undefined, totpStep: found?.step ?? null };
  }
}
