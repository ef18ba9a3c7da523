import type { FactoryProvider, Type } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccountCommands } from '../application/accounts/account-commands.js';
import { AccountDirectory } from '../application/accounts/account-directory.js';
import type { LoadedAccount } from '../application/accounts/account-repository.js';
import { AccountRepository } from '../application/accounts/account-repository.js';
import { ContactNames } from '../application/accounts/contact-names.js';
import { DecisionExecutor } from '../application/accounts/execute-decision.js';
import { FactorViews } from '../application/accounts/factor-views.js';
import { FallbackChecks } from '../application/accounts/fallback-checks.js';
import { FallbackFailures } from '../application/accounts/fallback-failures.js';
import { GuessingBudgets } from '../application/accounts/guessing-budgets.js';
import { Idempotency } from '../application/accounts/idempotency.js';
import { KnownAccounts } from '../application/accounts/known-accounts.js';
import { MaskedDestinations } from '../application/accounts/masked-destinations.js';
import { OpenChecks } from '../application/accounts/open-checks.js';
import { OPEN_STEP_UPS } from '../application/accounts/open-step-ups.js';
import { SealedRecords } from '../application/accounts/sealed-records.js';
import { SignInAnswers } from '../application/accounts/sign-in-answers.js';
import { StepUpProofs } from '../application/accounts/step-up-proofs.js';
import { Erasures } from '../application/erasure/erasures.js';
import { Remains } from '../application/erasure/remains.js';
import { FailedAssertions, FOUND_FAILURES } from '../application/diagnosis/failed-assertions.js';
import { CheckpointSigner } from '../application/audit/checkpoint-signer.js';
import { EventLogReader } from '../application/audit/event-log-reader.js';
import { EventSearch } from '../application/audit/event-search.js';
import { HistoryReader } from '../application/audit/history-reader.js';
import { HistoryReads } from '../application/audit/history-reads.js';
import { LoggedEvents } from '../application/audit/logged-events.js';
import { AUDIT_CODEC } from '../application/ports/audit-codec.js';
import type { Cache } from '../application/ports/cache.js';
import { CHECKPOINTS } from '../application/ports/checkpoints.js';
import { CLAIM_CODEC } from '../application/ports/claim-codec.js';
import { CLOCK } from '../application/ports/clock.js';
import type { EphemeralStore } from '../application/ports/ephemeral-store.js';
import { EPHEMERAL_STORE } from '../application/ports/ephemeral-store.js';
import { ERASURE_CODEC, ERASURE_RECEIPTS } from '../application/ports/erasure.js';
import { EVENT_CODEC } from '../application/ports/event-codec.js';
import { EVENT_STORE } from '../application/ports/event-store.js';
import { EMAIL_ADDRESSES, ONE_TIME_CODES, PHONE_NUMBERS, TOTP_CODES } from '../application/ports/factors.js';
import { IDENTIFIERS } from '../application/ports/identifiers.js';
import { JOB_QUEUE } from '../application/ports/jobs.js';
import { KEYRING } from '../application/ports/keyring.js';
import { MESSENGER } from '../application/ports/messaging.js';
import { RecordedEvents } from '../application/notices/recorded-events.js';
import { ToldAccounts } from '../application/notices/told-accounts.js';
import { ToldSecurityEvents } from '../application/security-events/told-security-events.js';
import { AnnouncedEvents } from '../application/webhooks/announced-events.js';
import { RATE_LIMITS } from '../application/ports/rate-limits.js';
import { READ_MODELS } from '../application/ports/read-models.js';
import { SERVICE_KEY } from '../application/ports/service-key.js';
import { POLICIES } from '../application/ports/relying-parties.js';
import { SHA256 } from '../application/ports/sha256.js';
import { SNAPSHOT_STORE } from '../application/ports/snapshot-store.js';
import { TOKENS, TRANSACTION_DIGESTS } from '../application/ports/tokens.js';
import { ASSERTION_VERIFIER, PASSKEY_PROVIDERS } from '../application/ports/webauthn.js';
import { AccountReader } from '../application/queries/account-reader.js';
import { ReadSide } from '../application/queries/read-side.js';
import { RecordedReads } from '../application/reports/recorded-reads.js';
import { ReportData } from '../application/reports/report-data.js';
import type { SubjectId } from '../domain/kernel/ids.js';
import type { Settings } from './config/settings.js';
import { LOGGER } from './observability/logger.js';

/** A name and the id that it leads to take some 200 bytes. */
const NAMES = 100_000;

const NOTHING: Cache<never> = { get: () => undefined, set: () => undefined, delete: () => undefined };

const STATES = Symbol('States');
const SUBJECTS = Symbol('Subjects');
const WRITES_ALONE = Symbol('WritesAlone');

/** The application's own services, which know ports and one another only. */
export function accountProviders({ accountCache: max, cluster }: Settings): readonly FactoryProvider[] {
  return [
    {
      provide: STATES,
      useFactory: (): Cache<LoadedAccount> => (max === 0 ? NOTHING : new LRUCache({ max })),
    },
    { provide: WRITES_ALONE, useFactory: () => cluster === null },
    { provide: SUBJECTS, useFactory: () => new LRUCache<string, SubjectId>({ max: NAMES }) },
    made(AccountRepository, [EVENT_STORE, EVENT_CODEC, SNAPSHOT_STORE, STATES]),
    made(AccountDirectory, [EVENT_STORE, CLAIM_CODEC, IDENTIFIERS, CLOCK, SUBJECTS]),
    made(DecisionExecutor, [AccountRepository, EVENT_STORE, EVENT_CODEC, IDENTIFIERS]),
    made(Idempotency, [EPHEMERAL_STORE, EVENT_STORE, IDENTIFIERS, CLOCK]),
    made(AccountCommands, [
      AccountDirectory,
      KEYRING,
      AccountRepository,
      DecisionExecutor,
      Idempotency,
      EVENT_STORE,
      WRITES_ALONE,
    ]),
    made(ContactNames, [AccountDirectory, AccountRepository, KEYRING, PHONE_NUMBERS, EMAIL_ADDRESSES]),
    made(KnownAccounts, [AccountDirectory, KEYRING, AccountRepository]),
    made(FailedAssertions, [
      AccountDirectory,
      KnownAccounts,
      ASSERTION_VERIFIER,
      FOUND_FAILURES,
      SERVICE_KEY,
    ]),
    made(MaskedDestinations, [PHONE_NUMBERS]),
    made(FactorViews, [MaskedDestinations, TOTP_CODES]),
    made(GuessingBudgets, [RATE_LIMITS]),
    made(OpenChecks, [EPHEMERAL_STORE, ONE_TIME_CODES, TOTP_CODES, MESSENGER, GuessingBudgets]),
    made(FallbackChecks, [
      AccountDirectory,
      AccountCommands,
      ContactNames,
      OpenChecks,
      GuessingBudgets,
      EPHEMERAL_STORE,
      ONE_TIME_CODES,
      TOTP_CODES,
      IDENTIFIERS,
      SERVICE_KEY,
    ]),
    made(FallbackFailures, [AccountCommands, JOB_QUEUE, IDENTIFIERS]),
    made(Remains, [
      AccountRepository,
      SNAPSHOT_STORE,
      EPHEMERAL_STORE,
      FallbackChecks,
      JOB_QUEUE,
      READ_MODELS,
    ]),
    made(Erasures, [
      EVENT_STORE,
      EVENT_CODEC,
      ERASURE_CODEC,
      KEYRING,
      ContactNames,
      Remains,
      ERASURE_RECEIPTS,
      IDENTIFIERS,
      CLOCK,
    ]),
    made(SignInAnswers, [TOKENS, IDENTIFIERS, SERVICE_KEY]),
    made(StepUpProofs, [TOKENS, TRANSACTION_DIGESTS]),
    made(RecordedEvents, [EVENT_STORE, EVENT_CODEC]),
    made(ToldAccounts, [POLICIES, KEYRING, RecordedEvents, AccountRepository]),
    made(ToldSecurityEvents, [EVENT_STORE, EVENT_CODEC, KEYRING, AccountRepository]),
    made(AnnouncedEvents, [KEYRING, RecordedEvents, AccountRepository, Erasures]),
    made(HistoryReads, [EVENT_STORE, AUDIT_CODEC, IDENTIFIERS, CLOCK]),
    made(EventLogReader, [READ_MODELS, SHA256]),
    made(EventSearch, [READ_MODELS]),
    made(LoggedEvents, [EVENT_STORE, EVENT_CODEC, KEYRING, READ_MODELS]),
    made(HistoryReader, [EventLogReader, HistoryReads, READ_MODELS, EVENT_STORE]),
    made(CheckpointSigner, [POLICIES, EventLogReader, CHECKPOINTS, CLOCK, LOGGER]),
    made(ReadSide, [READ_MODELS, EVENT_STORE]),
    made(AccountReader, [AccountDirectory, KEYRING, ReadSide]),
    made(RecordedReads, [EventSearch, LoggedEvents, AUDIT_CODEC]),
    made(ReportData, [READ_MODELS, KEYRING, PASSKEY_PROVIDERS]),
    {
      provide: OPEN_STEP_UPS,
      inject: [EPHEMERAL_STORE],
      useFactory: (ephemeral: EphemeralStore) => new SealedRecords('step-up', ephemeral),
    },
    {
      provide: FOUND_FAILURES,
      inject: [EPHEMERAL_STORE],
      useFactory: (ephemeral: EphemeralStore) => new SealedRecords('found-failure', ephemeral),
    },
  ];
}

/** One instance, made from the named dependencies in the order of its constructor. */
function made<Made, Dependencies extends never[]>(
  provide: new (...dependencies: Dependencies) => Made,
  inject: readonly (symbol | Type)[],
): FactoryProvider<Made> {
  return {
    provide,
    inject: [...inject],
    useFactory: (...dependencies) => new provide(...(dependencies as Dependencies)),
  };
}
