import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';

/** All events of all accounts stand in streams whose names begin so. */
export const ACCOUNT_STREAMS = 'account-';

export interface AccountAddress {
  readonly rp: RelyingPartySlug;
  readonly subject: SubjectId;
}

export function accountStream({ rp, subject }: AccountAddress): string {
  return `${ACCOUNT_STREAMS}${rp}.${subject}`;
}

/** The account whose stream this is; undefined for a stream of another kind. */
export function accountOfStream(stream: string): AccountAddress | undefined {
  const dot = stream.indexOf('.');
  if (!stream.startsWith(ACCOUNT_STREAMS) || stream.startsWith(REFERENCE_STREAMS) || dot < 0)
    return undefined;
  return { rp: as(stream.slice(ACCOUNT_STREAMS.length, dot)), subject: as(stream.slice(dot + 1)) };
}

/** Streams that lead from the relying party's own id to ours. A slug never begins with `ref-`. */
export const REFERENCE_STREAMS = 'account-ref-';
