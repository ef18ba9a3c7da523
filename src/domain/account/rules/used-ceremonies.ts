import type { CeremonyId } from '../../kernel/ids.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { UsedCeremonies } from '../state.js';

/** More than one person has open at a time; a ceremony that sixteen later ones have overtaken is refused. */
const REMEMBERED = 16;

export const NO_CEREMONIES: UsedCeremonies = { latest: [], noneUntil: 0 };

export function withCeremony(
  used: UsedCeremonies,
  ceremonyId: CeremonyId,
  expiresAt: Instant,
): UsedCeremonies {
  const latest = [...used.latest, { ceremonyId, expiresAt }];
  if (latest.length <= REMEMBERED) return { ...used, latest };
  const oldest = Math.min(...latest.map((each) => each.expiresAt));
  return {
    latest: latest.filter((each) => each.expiresAt > oldest),
    noneUntil: Math.max(used.noneUntil, oldest),
  };
}

/** Why a ceremony's answer counts no more, though its signature may be good. */
export function ceremonySpent(
  used: UsedCeremonies,
  ceremonyId: CeremonyId,
  expiresAt: Instant,
): Rejection | undefined {
  if (used.latest.some((each) => each.ceremonyId === ceremonyId)) return rejection('ceremony-already-used');
  return expiresAt <= used.noneUntil ? rejection('ceremony-expired') : undefined;
}
