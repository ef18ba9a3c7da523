import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ResetId, SubjectId } from '../../../domain/kernel/ids.js';
import { readExternalActionId } from './external-action-id.js';

/**
 * Pinned here: the header that names one is the sender's, who must not choose a weaker one or one that we don't
 * compute (Sumsub, Webhook manager).
 */
const ALGORITHM = 'HMAC_SHA256_HEX';
const DIGEST = /^[0-9a-f]{64}$/u;

/** Whether Sumsub's secret of this webhook made the digest over these very bytes. Compared in constant time. */
export function isSigned(
  body: Uint8Array,
  headers: { readonly digest: string | undefined; readonly algorithm: string | undefined },
  webhookSecret: string,
): boolean {
  if (headers.algorithm !== ALGORITHM || headers.digest === undefined || !DIGEST.test(headers.digest)) {
    return false;
  }
  const expected = createHmac('sha256', webhookSecret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(headers.digest, 'hex'));
}

const delivery = z.object({
  type: z.string(),
  applicantActionId: z.string().nullish(),
  externalApplicantActionId: z.string().nullish(),
  createdAtMs: z.union([z.string(), z.number()]).nullish(),
  sandboxMode: z.boolean().nullish(),
  testMode: z.boolean().nullish(),
});

/** What a delivery is to us: a reason to ask about a reset, and nothing more. */
export type Delivery =
  | { readonly kind: 'ask'; readonly account: SubjectId; readonly resetId: ResetId; readonly name: string }
  | { readonly kind: 'sandbox' | 'nothing-of-ours' | 'malformed' };

export function readDelivery(body: unknown, sandboxCounts: boolean): Delivery {
  const parsed = delivery.safeParse(body);
  if (!parsed.success) return { kind: 'malformed' };
  const { type, applicantActionId, externalApplicantActionId, createdAtMs, sandboxMode, testMode } =
    parsed.data;
  if (!sandboxCounts && (sandboxMode === true || testMode === true)) return { kind: 'sandbox' };
  const about = readExternalActionId(externalApplicantActionId ?? '');
  if (!type.startsWith('applicantAction') || about === undefined) return { kind: 'nothing-of-ours' };
  // A delivery that comes again has the same name: there is no timestamp that could tell a repetition by its age.
  const named = JSON.stringify([applicantActionId, type, createdAtMs]);
  return { kind: 'ask', ...about, name: createHash('sha256').update(named).digest('base64url') };
}
