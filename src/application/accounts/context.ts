import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import type { Cause } from '../ports/event-codec.js';

/** Whose call a command is, and under which name a retry of it would come. */
export interface CommandContext {
  readonly policy: RelyingParty;
  readonly actor: Cause['actor'];
  readonly correlationId: string;
  readonly endUser: Cause['endUser'];
  /** Which the user reads, of those that we speak. */
  readonly language: Language;
  /** The caller holds scope `admin`: its word counts as the relying party's own. */
  readonly onRelyingPartysWord: boolean;
  /** Null where the caller sent no idempotency key: each call is then a command of its own. */
  readonly idempotency: IdempotencyClaim | null;
}

export interface IdempotencyClaim {
  /** Hash of caller, route, account and the key it sent: the same again is the same command. */
  readonly scope: string;
  /** Hash of the body: the same key with another body is a mistake of the caller's. */
  readonly bodyHash: string;
}
