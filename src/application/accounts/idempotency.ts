import { rejection } from '../../domain/kernel/rejection.js';
import { DAY } from '../../domain/kernel/time.js';
import type { Clock } from '../ports/clock.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { AccountKey } from '../ports/keyring.js';
import { openJson, sealJson } from '../sealed-json.js';
import type { IdempotencyClaim } from './context.js';
import type { PlannedAppend } from './execute-decision.js';
import type { Outcome } from './outcome.js';
import { refused } from './outcome.js';
import { SerialQueue } from './serial-queue.js';

/** Keeps an answer for a retry: before the append that makes it true, or with the position it was true at. */
export type Remember<Answer> = (
  proof: { readonly planned: PlannedAppend; readonly count: number } | { readonly position: Position },
  answer: Answer,
) => Promise<void>;

interface Remembered {
  readonly bodyHash: string;
  readonly commandId: string;
  readonly planned: PlannedAppend | null;
  readonly count: number;
  readonly position: Position;
  readonly answer: unknown;
}

/**
 * The same command again gives the first committed answer and writes nothing (invariant 17). The answer is
 * saved before the append, together with where its first event will stand: it counts if, and only if, that very event
 * stands there. So it doesn't matter at which moment a process dies. Refusals aren't remembered.
 */
export class Idempotency {
  private readonly queue = new SerialQueue();

  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly store: EventStore,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  once<Answer>(
    claim: IdempotencyClaim | null,
    key: AccountKey,
    run: (commandId: string, remember: Remember<Answer> | undefined) => Promise<Outcome<Answer>>,
  ): Promise<Outcome<Answer>> {
    if (claim === null) return run(this.identifiers.commandId(), undefined);
    return this.queue.run(claim.scope, async () => {
      const remembered = await this.find(claim, key);
      const position = remembered && (await this.committedAt(remembered));
      if (remembered !== undefined && position !== undefined) {
        if (remembered.bodyHash !== claim.bodyHash) return refused(rejection('idempotency-key-reused'));
        return { ok: true, answer: remembered.answer as Answer, position };
      }
      const commandId = remembered?.commandId ?? this.identifiers.commandId();
      return run(commandId, async (proof, answer) => {
        const entry: Remembered = {
          bodyHash: claim.bodyHash,
          commandId,
          planned: 'planned' in proof ? proof.planned : null,
          count: 'planned' in proof ? proof.count : 0,
          position: 'planned' in proof ? 0 : proof.position,
          answer,
        };
        const sealed = sealJson(key, contextOf(claim), entry);
        await this.ephemeral.put(contextOf(claim), sealed, this.clock.now() + DAY);
      });
    });
  }

  private async find(claim: IdempotencyClaim, key: AccountKey): Promise<Remembered | undefined> {
    const sealed = await this.ephemeral.get(contextOf(claim));
    if (sealed === undefined) return undefined;
    return openJson(key, contextOf(claim), sealed) as Remembered;
  }

  /** The position of the remembered command's last event; undefined where its append never happened. */
  private async committedAt({ planned, count, position }: Remembered): Promise<Position | undefined> {
    if (planned === null) return position;
    let seen = 0;
    for await (const recorded of this.store.readStream(planned.stream, planned.revision)) {
      if (seen === 0 && recorded.eventId !== planned.eventId) return undefined;
      seen += 1;
      if (seen === count) return recorded.position;
    }
    return undefined;
  }
}

function contextOf(claim: IdempotencyClaim): string {
  return claim.scope;
}
