import type { AccountCommand } from '../../domain/account/commands.js';
import type { GrantHash, SessionId, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Job, JobQueue, JobRequest } from '../ports/jobs.js';
import type { AccountCommands } from './account-commands.js';
import type { CommandContext } from './context.js';
import type { FallbackCheck } from './fallback-checks.js';
import { SerialQueue } from './serial-queue.js';

/** Of the jobs. */
export const FALLBACK_FAILURE = 'fallback-failure';

/** Longer than it takes to record a guess when its answer has left, so that the job finds it recorded unless that was lost. */
const RECORDED_BY = 5 * SECOND;

/** One guess at a check that was wrong. */
interface WrongGuess {
  /** Which guess at the check it is, from 1. */
  readonly place: number;
  readonly at: Instant;
}

/**
 * Wrong codes of fall-backs on the streams of the accounts that they were for. That one was shown is on disk before it is answered,
 * alike for checks of no account; who it counts against is looked up when the answer has left.
 */
export class FallbackFailures {
  private readonly queue = new SerialQueue();

  constructor(
    private readonly accounts: AccountCommands,
    private readonly jobs: JobQueue,
    private readonly identifiers: Identifiers,
  ) {}

  /** Answers when nothing but losing the disk makes the guess uncounted. */
  async promise({ policy }: CommandContext, { checkId }: FallbackCheck, guess: WrongGuess): Promise<void> {
    await this.jobs.enqueue([jobOf(policy.slug, checkId, guess)]);
  }

  /** Counts every wrong guess up to this one that is not counted yet, in the order in which they came. */
  count(context: CommandContext, of: FallbackCheck, { at, place }: WrongGuess): Promise<void> {
    return this.inOrder(of, async () => {
      while (await this.countOne(context, of, place, at));
    });
  }

  /** Runs what depends on the guesses so far when all that are being counted are. */
  inOrder<Result>({ subject }: FallbackCheck, work: () => Promise<Result>): Promise<Result> {
    return this.queue.run(subject ?? '', work);
  }

  /** @returns false where there is no more to count, or nothing is counted any more */
  private async countOne(
    context: CommandContext,
    of: FallbackCheck,
    upTo: number,
    at: Instant,
  ): Promise<boolean> {
    const { check, subject } = of;
    if (check === null || subject === null) return false;
    const counted = await this.countedAt(context, subject, check.checkId);
    if (counted === undefined || counted >= upTo) return false;
    await this.accounts.onSubject({ ...context, idempotency: null }, subject, (account) =>
      account.decide(this.wrong(of, check, at), () => ({})),
    );
    return (await this.countedAt(context, subject, check.checkId)) === counted + 1;
  }

  private async countedAt(
    context: CommandContext,
    subject: SubjectId,
    checkId: string,
  ): Promise<number | undefined> {
    const read = await this.accounts.onSubject(
      { ...context, idempotency: null },
      subject,
      async (account) => {
        const state = await account.current();
        const guessed = state.status === 'enrolled' ? state.guessedChecks : [];
        return account.tell(guessed.find((candidate) => candidate.checkId === checkId)?.wrongGuesses ?? 0);
      },
    );
    return read.ok ? read.answer : undefined;
  }

  private wrong(
    { device, deviceTokenHash }: FallbackCheck,
    check: NonNullable<FallbackCheck['check']>,
    at: Instant,
  ): AccountCommand {
    return {
      type: 'sign-in-by-fallback',
      at,
      proof: {
        kind: 'code',
        check,
        finding: { matches: false, totpStep: null },
        grantHash: as<GrantHash>(this.identifiers.sha256(this.identifiers.secret())),
      },
      sessionId: as<SessionId>(this.identifiers.randomId()),
      device,
      deviceTokenHash,
      stranger: null,
    };
  }
}

function jobOf(rp: string, checkId: string, { at, place }: WrongGuess): JobRequest {
  return {
    id: `fallback-failure.${checkId}.${place}`,
    kind: FALLBACK_FAILURE,
    payload: { rp, checkId, place, at },
    runAt: at + RECORDED_BY,
  };
}

export function wrongGuessOf({
  payload,
}: Job): WrongGuess & { readonly rp: string; readonly checkId: string } {
  const { at, checkId, place, rp } = payload;
  return { rp: String(rp), checkId: String(checkId), place: Number(place), at: Number(at) };
}
