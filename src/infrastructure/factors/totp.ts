import { generateSecret, generateURI, ScureBase32Plugin, verifySync } from 'otplib';
import type { TotpCodes } from '../../application/ports/factors.js';
import type { Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';

const CODE = /^\d{6}$/;
const PERIOD_SECONDS = 30;
const SHORTEST_SECRET = 16;
const LONGEST_SECRET = 64;

export class OtplibTotp implements TotpCodes {
  newSecret(): string {
    return generateSecret({ length: 20 });
  }

  acceptSecret(raw: string): string | undefined {
    const secret = raw.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase();
    const bytes = decoded(secret);
    const fits = bytes !== undefined && bytes.length >= SHORTEST_SECRET && bytes.length <= LONGEST_SECRET;
    return fits ? secret : undefined;
  }

  enrolmentUrl(issuer: string, account: string, secret: string): string {
    // A colon divides issuer and account in the label: within either it would move the boundary.
    return generateURI({
      issuer: issuer.replaceAll(':', ' '),
      label: account.replaceAll(':', ' '),
      secret,
    });
  }

  verify(secret: string, code: string, at: Instant, lastStep: number | null): { step: number } | undefined {
    if (!CODE.test(code)) return undefined;
    const result = verifySync({
      secret,
      token: code,
      epoch: Math.floor(at / SECOND),
      epochTolerance: PERIOD_SECONDS,
    });
    if (!result.valid || !('timeStep' in result)) return undefined;
    const step = result.timeStep;
    return lastStep !== null && step <= lastStep ? undefined : { step };
  }
}

function decoded(secret: string): Uint8Array | undefined {
  try {
    return new ScureBase32Plugin().decode(secret);
  } catch {
    return undefined;
  }
}
