import type { AccountEvent } from '../../domain/account/events.js';
import { REDACTED } from '../../domain/kernel/event.js';
import { historyWords } from '../../domain/texts/history-words.js';
import { accountOfStream } from '../accounts/account-address.js';
import type { AccountRepository } from '../accounts/account-repository.js';
import type { EventAddress } from '../notices/recorded-events.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore } from '../ports/event-store.js';
import type { Keyring } from '../ports/keyring.js';
import type { SecurityEventMessage } from '../ports/security-events.js';
import type { Actor } from '../projections/projection.js';
import { NO_PROOFS, PROOF_CHANGING, proofsAfter } from './proofs-before.js';
import { securityEventsOf } from './security-events-of.js';

const INITIATED_BY = {
  client: 'user',
  user: 'user',
  admin: 'admin',
  system: 'system',
  'liveness-provider': 'system',
} as const satisfies Record<Actor, SecurityEventMessage['initiatingEntity']>;

/** Reads an account's history up to an event, to say what changed by it. */
export class ToldSecurityEvents {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly keyring: Keyring,
    private readonly accounts: AccountRepository,
  ) {}

  /** None where there is nothing to tell: the account was erased, or the event never happened. */
  async of({ eventId, revision, stream }: EventAddress): Promise<readonly SecurityEventMessage[]> {
    const owner = accountOfStream(stream);
    const key = owner && (await this.keyring.find(owner.subject));
    if (key === undefined) return [];
    const { state } = await this.accounts.current(stream, key);
    if (state.status !== 'enrolled' || state.accountId === REDACTED) return [];
    const { accountId } = state;
    let before = NO_PROOFS;
    for await (const recorded of this.store.readStream(stream, 0)) {
      if (recorded.revision < revision) {
        // Nothing personal is in what is asked of them, so that they are not opened.
        if (PROOF_CHANGING.has(recorded.type))
          before = proofsAfter(before, this.codec.decode(recorded, undefined).event);
        continue;
      }
      if (recorded.eventId !== eventId) return [];
      const { cause, event } = this.codec.decode(recorded, key);
      const initiatingEntity = event.type === 'PasskeyCloneSuspected' ? 'policy' : INITIATED_BY[cause.actor];
      const reason = reasonOf(event);
      return securityEventsOf(event, before).map((told, index) => ({
        id: `${eventId}.${index}`,
        eventId,
        accountId,
        event: told,
        at: event.at,
        initiatingEntity,
        reason,
      }));
    }
    return [];
  }
}

function reasonOf({ data, type }: AccountEvent): SecurityEventMessage['reason'] {
  const members = { ...data };
  return { en: historyWords('en', type, members), zh: historyWords('zh', type, members) };
}
