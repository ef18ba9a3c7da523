import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type {
  LivenessAnswer,
  LivenessCheck,
  LivenessProvider,
  StartedLivenessCheck,
} from '../../application/ports/liveness.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { DAY } from '../../domain/kernel/time.js';

export const SIMULATED_VERDICTS = ['passed', 'retry', 'final', 'expired'] as const;
export type SimulatedVerdict = (typeof SIMULATED_VERDICTS)[number];

interface SimulatedCheck extends LivenessCheck {
  readonly expiresAt: Instant;
  readonly verdict: SimulatedVerdict | null;
  /** How often a button was pressed: each press is a try of its own. */
  readonly presses: number;
}

/** Development's provider: it knows everybody, and its verdict is whichever button is pressed. */
export class LivenessSimulator implements LivenessProvider {
  readonly name = 'simulator';

  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly origin: string,
  ) {}

  subjectOf(account: SubjectId): string {
    return `simulated-${account}`;
  }

  async start(check: LivenessCheck, until: Instant): Promise<StartedLivenessCheck> {
    await this.put({ ...check, expiresAt: until, verdict: null, presses: 0 });
    const url = `${this.origin}/liveness-simulator/?reset=${encodeURIComponent(check.resetId)}`;
    return { clientToken: `simulated-${check.resetId}`, url };
  }

  async ask({ resetId }: LivenessCheck): Promise<LivenessAnswer> {
    const check = await this.find(resetId);
    if (check === undefined || check.verdict === null) return { outcome: 'pending' };
    if (check.verdict === 'expired') return { outcome: 'expired' };
    return {
      outcome: check.verdict,
      evidenceId: `simulated-${resetId}-${check.presses}`,
      subject: check.subject,
      level: check.level,
      faceMatched: check.verdict === 'passed',
      sandbox: true,
    };
  }

  /** Whose check it is; undefined where none was begun for this reset. */
  async press(resetId: string, verdict: SimulatedVerdict): Promise<LivenessCheck | undefined> {
    const check = await this.find(resetId);
    if (check !== undefined) await this.put({ ...check, verdict, presses: check.presses + 1 });
    return check;
  }

  private async put(check: SimulatedCheck): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(check));
    await this.ephemeral.put(nameOf(check.resetId), bytes, check.expiresAt + DAY);
  }

  private async find(resetId: string): Promise<SimulatedCheck | undefined> {
    const bytes = await this.ephemeral.get(nameOf(resetId));
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as SimulatedCheck);
  }
}

function nameOf(resetId: string): string {
  return `simulated-liveness|${resetId}`;
}
