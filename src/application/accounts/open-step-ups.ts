import type { Factor } from '../../domain/account/events.js';
import type { CeremonyId, SecretHash, StepUpId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Device } from '../../domain/policy/device.js';

/** A step-up that was asked for and not yet passed: exactly what the user is shown is what will be signed for. */
export interface OpenStepUp {
  readonly stepUpId: StepUpId;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly ceremonyId: CeremonyId;
  readonly securityEpoch: number;
  /** How the sign-in in whose course it was asked had been proven. */
  readonly signInFactor: Factor | null;
  readonly device: Device | null;
  /** Of the device token that the device showed. */
  readonly deviceTokenHash: SecretHash | null;
  readonly expiresAt: Instant;
}

/** Of `SealedRecords<OpenStepUp>`. */
export const OPEN_STEP_UPS = Symbol('OpenStepUps');
