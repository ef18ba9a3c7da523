import type {
  LivenessAnswer,
  LivenessCheck,
  LivenessProvider,
  StartedLivenessCheck,
} from '../../../application/ports/liveness.js';
import { LivenessSubjectUnknown, LivenessUnavailable } from '../../../application/ports/liveness.js';
import type { Instant } from '../../../domain/kernel/time.js';
import { externalActionId } from './external-action-id.js';
import { answerAbout, approvedUserId, mayGoOn, tokenOf } from './sumsub-answers.js';
import type { SumsubClient } from './sumsub-client.js';

/** Actions asked for at a time. */
const PAGE = 50;
/** Newer actions than these of one person, within the half hour that a reset lasts, are not a person's. */
const FARTHEST = 200;

/**
 * Face authentication at Sumsub: an applicant action that its own component in the app carries out, for a person whom it has
 * approved. The linked subject is Sumsub's applicant id.
 */
export class SumsubLiveness implements LivenessProvider {
  readonly name = 'sumsub';

  constructor(
    private readonly client: SumsubClient,
    /** What the sandbox answers is made up by whoever runs it. */
    private readonly sandbox: boolean,
  ) {}

  /** It knows those whom the product has linked, and nobody else. */
  subjectOf(): null {
    return null;
  }

  async start(check: LivenessCheck, until: Instant, now: Instant): Promise<StartedLivenessCheck> {
    const applicant = await this.client.get(`/resources/applicants/${encodeURIComponent(check.subject)}/one`);
    const userId = approvedUserId(applicant);
    if (userId === undefined) throw new LivenessSubjectUnknown();
    const answer = await this.client.post('/resources/accessTokens/sdk', {
      userId,
      levelName: check.level,
      ttlInSecs: Math.max(1, Math.floor((until - now) / 1000)),
      externalActionId: externalActionId(check),
    });
    const clientToken = tokenOf(answer);
    if (clientToken === undefined) throw new LivenessUnavailable('no access token');
    return { clientToken };
  }

  /** Asked by person, so that an action of another one is never in the answer, whatever it is called. */
  async ask(check: LivenessCheck): Promise<LivenessAnswer> {
    const applicant = encodeURIComponent(check.subject);
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.client.get(
        `/resources/applicantActions/-;applicantId=${applicant}?limit=${PAGE}&offset=${offset}&order=-createdAt`,
      );
      const answer = answerAbout(externalActionId(check), page, this.sandbox);
      if (answer.outcome !== 'pending' || offset >= FARTHEST || !mayGoOn(page, PAGE)) return answer;
    }
  }
}
