import type { AccountCommand } from '../../domain/account/commands.js';
import type { AccountDecision } from '../../domain/account/decider.js';
import { passkeyAccount } from '../../domain/account/decider.js';
import type { AccountEvent } from '../../domain/account/events.js';
import { evolve } from '../../domain/account/evolve.js';
import type { PasskeyAccount } from '../../domain/account/state.js';
import type { Rejection, RejectionCode } from '../../domain/kernel/rejection.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Cause, EventCodec } from '../ports/event-codec.js';
import type { EventStore, Position, Revision } from '../ports/event-store.js';
import { WrongExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { AccountKey } from '../ports/keyring.js';
import type { AccountRepository } from './account-repository.js';
import { SerialQueue } from './serial-queue.js';

/** Where the first event of a decision will stand if its append succeeds. */
export interface PlannedAppend {
  readonly stream: string;
  readonly revision: Revision;
  readonly eventId: string;
}

export interface Executed {
  readonly state: PasskeyAccount;
  readonly events: readonly AccountEvent[];
  readonly rejection?: Rejection;
  /** Of the last event appended; null where nothing was. */
  readonly position: Position | null;
}

export interface DecisionRequest {
  readonly stream: string;
  readonly key: AccountKey;
  readonly policy: RelyingParty;
  readonly cause: Omit<Cause, 'causationId'>;
  readonly commandId: string;
  readonly command: AccountCommand;
  /** The refusal that counts as an acceptance: that it is recorded is what was asked for. */
  readonly takesDown?: RejectionCode;
  /**
   * Called before each try to append what an accepted decision came to.
   * @param after the state as it will be once they are appended
   */
  readonly beforeAppend: (
    planned: PlannedAppend,
    events: readonly AccountEvent[],
    after: PasskeyAccount,
  ) => Promise<void> | undefined;
}

/** Other processes kept winning. The caller may try again. */
export class TooManyConflicts extends Error {
  constructor(readonly stream: string) {
    super(`other writers kept appending to ${stream}`);
    this.name = 'TooManyConflicts';
  }
}

const ATTEMPTS = 8;

/**
 * Loads the state, decides and appends at the revision decided on; on a conflict reloads the tail and decides
 * again. Nothing is answered from a cached state alone (invariant 18): an append proves the revision, and where
 * nothing is appended the tail is read first.
 */
export class DecisionExecutor {
  private readonly queue = new SerialQueue();

  constructor(
    private readonly accounts: AccountRepository,
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly identifiers: Identifiers,
  ) {}

  /** Commands of one account wait for each other here, so that only other processes can conflict. */
  execute(request: DecisionRequest): Promise<Executed> {
    return this.queue.run(request.stream, () => this.decideAndAppend(request));
  }

  private async decideAndAppend(request: DecisionRequest): Promise<Executed> {
    const { stream, key, policy, command, takesDown } = request;
    let loaded = await this.accounts.load(stream, key);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const decided = passkeyAccount.decide(command, loaded.state, policy);
      const takenDown = decided.rejection !== undefined && decided.rejection.code === takesDown;
      const decision: AccountDecision = takenDown ? { events: decided.events } : decided;
      if (decision.events.length === 0) {
        const current = await this.accounts.refresh(stream, key, loaded);
        if (current !== loaded) {
          loaded = current;
          continue;
        }
        return { state: loaded.state, position: null, ...decision };
      }

      const { causationId, identified } = this.identify(request, decision);
      const [first] = identified;
      if (first === undefined) throw new Error('a decision with events identified none');
      const revision = loaded.revision === 'no-stream' ? 0 : loaded.revision + 1;
      const after = decision.events.reduce(evolve, loaded.state);
      if (decision.rejection === undefined) {
        // Before the events are encoded: a token's signature made soon after an assertion was verified often finds the curve's
        // tables where the verification left them, in the processor's cache.
        await request.beforeAppend({ stream, revision, eventId: first.eventId }, decision.events, after);
      }
      const appends = identified.map(({ event, eventId }) =>
        this.codec.encode(stream, eventId, event, { causationId, ...request.cause }, key),
      );
      try {
        const appended = await this.store.append(stream, appends, loaded.revision);
        this.accounts.appended(stream, key, loaded, { state: after, revision: appended.revision });
        return { state: after, position: appended.position, ...decision };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) {
          // What an append that failed in another way has left is not known: the next command reads it anew.
          this.accounts.forget(stream);
          throw error;
        }
        loaded = await this.accounts.refresh(stream, key, loaded);
      }
    }
    throw new TooManyConflicts(stream);
  }

  /**
   * Event ids derive from the command id, so that a retry can't write twice. What a refusal records is not a
   * retry's to repeat: each refusal has ids of its own.
   */
  private identify({ commandId }: DecisionRequest, { events, rejection }: AccountDecision) {
    const causationId = rejection === undefined ? commandId : this.identifiers.commandId();
    const identified = events.map((event, index) => ({
      event,
      eventId: this.identifiers.deriveId(causationId, index),
    }));
    return { causationId, identified };
  }
}
