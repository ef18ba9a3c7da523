import { personalOf } from '../../domain/kernel/event.js';
import type { PasskeyRegistered, PasskeyRenamed } from '../../domain/account/events.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import { defineProjection } from './define-projection.js';
import { deletedAccount } from './deleted-account.js';
import type { ProjectedEvent, Row, Table, Write } from './projection.js';
import { sealContext } from '../sealed-json.js';

/** One row for each passkey that an account has now. Of a removed one nothing is left here. */
const PASSKEYS = {
  name: 'passkey-list',
  columns: {
    rp: 'text',
    subject: 'text',
    passkey_id: 'text',
    name: 'blob',
    created_at: 'integer',
    /** Of the event: the order in which passkeys were added, which two of one moment have as well. */
    revision: 'integer',
    last_used_at: 'integer',
    aaguid: 'text',
    transports: 'text',
    backup_eligible: 'integer',
    backed_up: 'integer',
    capabilities: 'text',
    status: 'text',
    algorithm: 'integer',
    sensitive_actions_from: 'integer',
  },
  primaryKey: ['rp', 'subject', 'passkey_id'],
} as const satisfies Table;

/** What the sealed `name` of a row is bound to. */
export function passkeyNameContext(passkeyId: PasskeyId): string {
  return sealContext(PASSKEYS.name, passkeyId, 'name');
}

export const passkeyList = defineProjection({
  name: 'passkey-list',
  version: 4,
  tables: [PASSKEYS],
  readsPersonal: ['PasskeyRegistered', 'PasskeyRenamed'],
  on: {
    PasskeyRegistered(projected) {
      const { at, data } = projected.event;
      return [
        {
          kind: 'put',
          table: PASSKEYS.name,
          row: {
            ...keyOf(projected, data.passkeyId),
            name: sealedName(projected, data.passkeyId),
            created_at: at,
            revision: projected.revision,
            last_used_at: null,
            aaguid: data.aaguid,
            transports: JSON.stringify(data.transports),
            backup_eligible: data.backupEligible ? 1 : 0,
            backed_up: data.backedUp ? 1 : 0,
            capabilities: JSON.stringify(data.capabilities),
            status: 'active',
            algorithm: data.algorithm,
            sensitive_actions_from: data.sensitiveActionsFrom,
          },
        },
      ];
    },

    PasskeyRenamed(projected) {
      const { passkeyId } = projected.event.data;
      return patch(projected, passkeyId, { name: sealedName(projected, passkeyId) });
    },

    PasskeyUsed(projected) {
      const { at, data } = projected.event;
      // It is here no more: a reset removed it.
      if (data.purpose === 'dispute-reset') return [];
      return patch(projected, data.passkeyId, { last_used_at: at, backed_up: data.backedUp ? 1 : 0 });
    },

    PasskeyCloneSuspected(projected) {
      const { consequence, passkeyId } = projected.event.data;
      return consequence === 'suspended' ? patch(projected, passkeyId, { status: 'suspended' }) : [];
    },

    PasskeyRemoved(projected) {
      const where = keyOf(projected, projected.event.data.passkeyId);
      return [{ kind: 'delete', table: PASSKEYS.name, where }];
    },

    AccountErased: (projected) => [deletedAccount(projected, PASSKEYS)],
  },
});

function keyOf({ rp, subject }: ProjectedEvent, passkeyId: PasskeyId): Row {
  return { rp, subject, passkey_id: passkeyId };
}

function patch(projected: ProjectedEvent, passkeyId: PasskeyId, set: Row): readonly Write[] {
  return [{ kind: 'patch', table: PASSKEYS.name, key: keyOf(projected, passkeyId), set }];
}

function sealedName(
  projected: ProjectedEvent<PasskeyRegistered | PasskeyRenamed>,
  passkeyId: PasskeyId,
): Uint8Array | null {
  const personal = personalOf<{ readonly name: string }>(projected.event);
  return personal === undefined ? null : projected.seal(passkeyNameContext(passkeyId), personal.name);
}
