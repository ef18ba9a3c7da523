import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { toBase64 } from '../../domain/audit/base64.js';
import { CheckpointSigner } from '../audit/checkpoint-signer.js';
import { EventLogReader } from '../audit/event-log-reader.js';
import { HistoryReader } from '../audit/history-reader.js';
import type { Checkpoints, LogKey } from '../ports/checkpoints.js';
import { CHECKPOINTS } from '../ports/checkpoints.js';
import type { Position } from '../ports/event-store.js';
import type { Reading } from './account-reader.js';

/** Proofs hold hashes and nothing of any event, so that asking for them is no reading of the history. */

export interface CheckpointView {
  readonly origin: string;
  readonly treeSize: number;
  /** Base64. */
  readonly rootHash: string;
  readonly signedAt: Instant;
  /** The signed note itself, to be kept and shown to others. */
  readonly checkpoint: string;
}

/** The log as it stands, signed. */
export class GetCheckpointQuery extends Query<Reading<CheckpointView>> {
  constructor(
    readonly policy: RelyingParty,
    readonly after: Position | null,
  ) {
    super();
  }
}

@QueryHandler(GetCheckpointQuery)
export class GetCheckpointHandler implements IQueryHandler<GetCheckpointQuery> {
  constructor(
    private readonly reader: HistoryReader,
    private readonly signer: CheckpointSigner,
    @Inject(CHECKPOINTS) private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ after, policy: { slug } }: GetCheckpointQuery): Promise<Reading<CheckpointView>> {
    const head = await this.reader.reached(slug, after);
    if ('code' in head) return { ok: false, rejection: head };
    const checkpoint = await this.signer.current(slug);
    if ('code' in checkpoint) return { ok: false, rejection: checkpoint };
    const { note, rootHash, signedAt, treeSize } = checkpoint;
    const { origin } = await this.checkpoints.key(slug);
    return {
      ok: true,
      answer: { origin, treeSize, rootHash: toBase64(rootHash), signedAt, checkpoint: note },
    };
  }
}

/** What a relying party's checkpoints are checked with. */
export class GetLogKeyQuery extends Query<Reading<LogKey>> {
  constructor(readonly policy: RelyingParty) {
    super();
  }
}

@QueryHandler(GetLogKeyQuery)
export class GetLogKeyHandler implements IQueryHandler<GetLogKeyQuery> {
  constructor(@Inject(CHECKPOINTS) private readonly checkpoints: Checkpoints) {}

  async execute({ policy }: GetLogKeyQuery): Promise<Reading<LogKey>> {
    return { ok: true, answer: await this.checkpoints.key(policy.slug) };
  }
}

export interface InclusionView {
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly leafHash: string;
  readonly rootHash: string;
  /** Base64, the leaf's sibling first (RFC 6962 §2.1.1). */
  readonly path: readonly string[];
}

/** That an event is in the log. */
export class ProveInclusionQuery extends Query<Reading<InclusionView>> {
  constructor(
    readonly policy: RelyingParty,
    readonly leafIndex: number,
    readonly treeSize: number,
  ) {
    super();
  }
}

@QueryHandler(ProveInclusionQuery)
export class ProveInclusionHandler implements IQueryHandler<ProveInclusionQuery> {
  constructor(private readonly log: EventLogReader) {}

  async execute({
    leafIndex,
    policy: { slug },
    treeSize,
  }: ProveInclusionQuery): Promise<Reading<InclusionView>> {
    if (!(await isAsLong(this.log, slug, treeSize)) || leafIndex >= treeSize) return TOO_SHORT;
    const path = await this.log.inclusion(slug, leafIndex, treeSize);
    const leafHash = toBase64(await this.log.leafHash(slug, leafIndex));
    const rootHash = toBase64(await this.log.root(slug, treeSize));
    return { ok: true, answer: { leafIndex, treeSize, leafHash, rootHash, path: path.map(toBase64) } };
  }
}

export interface ConsistencyView {
  readonly from: number;
  readonly to: number;
  readonly fromRootHash: string;
  readonly toRootHash: string;
  /** Base64 (RFC 6962 §2.1.2). */
  readonly path: readonly string[];
}

/** That the log of a smaller size is how the one of a larger size began. */
export class ProveConsistencyQuery extends Query<Reading<ConsistencyView>> {
  constructor(
    readonly policy: RelyingParty,
    readonly from: number,
    readonly to: number,
  ) {
    super();
  }
}

@QueryHandler(ProveConsistencyQuery)
export class ProveConsistencyHandler implements IQueryHandler<ProveConsistencyQuery> {
  constructor(private readonly log: EventLogReader) {}

  async execute({ from, policy: { slug }, to }: ProveConsistencyQuery): Promise<Reading<ConsistencyView>> {
    if (!(await isAsLong(this.log, slug, to))) return TOO_SHORT;
    const path = await this.log.consistency(slug, from, to);
    const fromRootHash = toBase64(await this.log.root(slug, from));
    const toRootHash = toBase64(await this.log.root(slug, to));
    return { ok: true, answer: { from, to, fromRootHash, toRootHash, path: path.map(toBase64) } };
  }
}

const TOO_SHORT: Reading<never> = { ok: false, rejection: rejection('log-too-short') };

async function isAsLong(log: EventLogReader, rp: RelyingPartySlug, size: number): Promise<boolean> {
  return (await log.head(rp)).size >= size;
}
