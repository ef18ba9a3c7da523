import { z } from 'zod';
import type { LivenessAnswer } from '../../../application/ports/liveness.js';

/** What we read of Sumsub's answers; members that we don't read may be anything. */
const check = z.object({ checkType: z.string().optional(), answer: z.string().optional() });

const action = z.object({
  id: z.string().min(1),
  applicantId: z.string().min(1),
  externalActionId: z.string().nullish(),
  createdAt: z.string().nullish(),
  sandboxMode: z.boolean().nullish(),
  checks: z.array(check).nullish(),
  review: z
    .object({
      attemptId: z.string().nullish(),
      attemptCnt: z.int().nullish(),
      levelName: z.string().nullish(),
      reviewStatus: z.string().nullish(),
      reviewResult: z
        .object({ reviewAnswer: z.string().nullish(), reviewRejectType: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});
type Action = z.output<typeof action>;

const actions = z.object({ items: z.array(z.unknown()) });
/** The list was once wrapped in a member of its own. */
const answeredActions = z.union([actions, z.object({ list: actions }).transform(({ list }) => list)]);

const applicant = z.object({
  externalUserId: z.string().min(1),
  review: z
    .object({
      reviewStatus: z.string().nullish(),
      reviewResult: z.object({ reviewAnswer: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

const accessToken = z.object({ token: z.string().min(1) });

/** The id by which an approved person's sessions are opened; undefined for anybody else. */
export function approvedUserId(answer: unknown): string | undefined {
  const parsed = applicant.safeParse(answer);
  if (!parsed.success) return undefined;
  return parsed.data.review?.reviewResult?.reviewAnswer === 'GREEN' ? parsed.data.externalUserId : undefined;
}

export function tokenOf(answer: unknown): string | undefined {
  return accessToken.safeParse(answer).data?.token;
}

/** What a list of a person's actions says of the one that we asked for by our own id. */
export function answerAbout(externalActionId: string, answer: unknown, sandbox: boolean): LivenessAnswer {
  const list = answeredActions.safeParse(answer);
  if (!list.success) return { outcome: 'unusable', why: 'unreadable' };
  const ours = list.data.items
    .flatMap((item): Action[] => {
      const parsed = action.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    })
    .filter((item) => item.externalActionId === externalActionId);
  // Asked for in the order of creation, the latest first.
  const [latest] = ours;
  if (latest === undefined) return { outcome: 'pending' };
  const tries = ours.reduce((sum, { review }) => sum + (review?.attemptCnt ?? 1), 0);
  return verdictOf(latest, tries, sandbox);
}

/** Whether an answer is full, so that what was asked for may be among what was created before. */
export function mayGoOn(answer: unknown, limit: number): boolean {
  const list = answeredActions.safeParse(answer);
  return list.success && list.data.items.length >= limit;
}

function verdictOf(
  { id, applicantId, checks, review, ...said }: Action,
  tries: number,
  sandbox: boolean,
): LivenessAnswer {
  if (review?.reviewStatus !== 'completed') return { outcome: 'pending' };
  const outcome = outcomeOf(review.reviewResult);
  if (outcome === undefined) return { outcome: 'unusable', why: 'no-verdict' };
  const green = (type: string): boolean =>
    checks?.some(({ checkType, answer }) => checkType === type && answer === 'GREEN') === true;
  if (outcome === 'passed' && !green('FACE_LIVELINESS')) {
    return { outcome: 'unusable', why: 'no-liveness-check' };
  }
  return {
    outcome,
    evidenceId: `${id}/${review.attemptId ?? review.attemptCnt ?? 1}`,
    tries,
    subject: applicantId,
    // One that names no level is of none.
    level: review.levelName ?? '',
    faceMatched: green('FACE_MATCH'),
    sandbox: sandbox || said.sandboxMode === true,
  };
}

function outcomeOf(
  result: NonNullable<Action['review']>['reviewResult'],
): 'passed' | 'retry' | 'final' | undefined {
  if (result?.reviewAnswer === 'GREEN') return 'passed';
  if (result?.reviewAnswer !== 'RED') return undefined;
  // Only the type says whether it is for good; labels don't.
  return result.reviewRejectType === 'FINAL' ? 'final' : 'retry';
}
