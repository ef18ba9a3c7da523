import type { ResetId, SubjectId } from '../../../domain/kernel/ids.js';
import { as } from '../../../domain/kernel/ids.js';

/**
 * Our name for a check at Sumsub. It leads back to account and reset without a look-up, and says nothing to anybody: both ids
 * are random.
 */
export function externalActionId(check: { readonly account: SubjectId; readonly resetId: ResetId }): string {
  return `reset.${check.account}.${check.resetId}`;
}

const SHAPE = /^reset\.([\w-]{16,64})\.([\w-]{16,64})$/u;

export function readExternalActionId(
  text: string,
): { readonly account: SubjectId; readonly resetId: ResetId } | undefined {
  const [, account, resetId] = SHAPE.exec(text) ?? [];
  return account === undefined || resetId === undefined
    ? undefined
    : { account: as<SubjectId>(account), resetId: as<ResetId>(resetId) };
}
