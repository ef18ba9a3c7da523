import { fromBase64 } from '../../../../src/domain/audit/base64.js';
import type { SignedTree } from '../../../../src/domain/audit/checkpoint-text.js';
import type { VerifierKey } from '../../../../src/domain/audit/note-text.js';
import { equal, isConsistent } from '../../../../src/domain/audit/merkle-proofs.js';
import { formatDateAndTime } from '../../ui/times.js';
import type { ConsoleContext } from '../console-context.js';
import type { Checkpoint, ConsistencyAnswer } from '../contract.js';
import { say } from '../texts/say.js';
import type { Finding } from './finding.js';
import { brokenBy } from './finding.js';
import type { KeptCheckpoint } from './kept.js';
import { keptOf, keyOf } from './kept.js';
import { sha256 } from './sha256.js';
import { openCheckpoint } from './signature.js';

export interface CheckedLog {
  readonly findings: readonly Finding[];
  /** What the service says its key is. */
  readonly servedKey: string;
  /** Absent where the checkpoint can't be believed. */
  readonly current?: { readonly answer: Checkpoint; readonly tree: SignedTree };
}

/** Holds the log as it is signed now to the key and the checkpoints that this browser keeps. */
export async function checkLog(context: ConsoleContext): Promise<CheckedLog> {
  const { api, product } = context;
  const kept = keptOf(product.rp);
  const { verifierKey: servedKey } = await api.read<{ verifierKey: string }>(product.rp, 'audit/key');
  const findings = [keyFinding(kept?.verifierKey, servedKey)];
  const key = keyOf({ verifierKey: kept?.verifierKey ?? servedKey });
  const what = say('proof.checkpoint');
  let answer: Checkpoint;
  let tree: SignedTree;
  try {
    answer = await api.read<Checkpoint>(product.rp, 'audit/checkpoint');
    const opened = await openCheckpoint(answer.checkpoint, key);
    ({ tree } = opened);
    findings.push(signatureFinding(what, opened.verified, tree));
  } catch (error) {
    return { findings: [...findings, brokenBy(what, error)], servedKey };
  }
  for (const each of kept?.checkpoints ?? []) findings.push(await continuity(context, key, each, tree));
  return { findings, servedKey, current: { answer, tree } };
}

function keyFinding(kept: string | undefined, served: string): Finding {
  const what = say('proof.key');
  // What only the service vouches for is not checked: it would show its own key for a rewritten log too.
  if (kept === undefined) return { what, state: 'unchecked', text: say('proof.key.new') };
  return kept === served
    ? { what, state: 'good', text: say('proof.key.same') }
    : { what, state: 'broken', text: say('proof.key.changed') };
}

function signatureFinding(what: string, verified: boolean, { treeSize }: SignedTree): Finding {
  return verified
    ? { what, state: 'good', text: say('proof.signed', { count: treeSize }) }
    : { what, state: 'unchecked', text: say('proof.no-ed25519') };
}

/** Whether the log of now begins with the one that was kept. */
async function continuity(
  { api, product }: ConsoleContext,
  key: VerifierKey,
  { keptAt, note }: KeptCheckpoint,
  now: SignedTree,
): Promise<Finding> {
  const what = say('proof.kept-one', { time: formatDateAndTime(new Date(keptAt)) });
  try {
    const { tree: before, verified } = await openCheckpoint(note, key);
    const sizes = { before: before.treeSize, now: now.treeSize };
    if (before.treeSize > now.treeSize) return { what, state: 'broken', text: say('proof.shrunk', sizes) };
    if (!(await beginsWith(before, now, () => consistencyPath(before.treeSize, now.treeSize)))) {
      return { what, state: 'broken', text: say('proof.rewritten', sizes) };
    }
    return verified
      ? { what, state: 'good', text: say('proof.consistent', sizes) }
      : { what, state: 'unchecked', text: say('proof.no-ed25519') };
  } catch (error) {
    return brokenBy(what, error);
  }

  async function consistencyPath(from: number, to: number): Promise<readonly Uint8Array[] | undefined> {
    const answer = await api.read<ConsistencyAnswer>(product.rp, 'audit/proofs/consistency', { from, to });
    return hashesOf(answer.path);
  }
}

async function beginsWith(
  before: SignedTree,
  now: SignedTree,
  askPath: () => Promise<readonly Uint8Array[] | undefined>,
): Promise<boolean> {
  // The empty log is how every log began.
  if (before.treeSize === 0) return true;
  if (before.treeSize === now.treeSize) return equal(before.rootHash, now.rootHash);
  const path = await askPath();
  const proof = { fromSize: before.treeSize, toSize: now.treeSize, path: path ?? [] };
  return path !== undefined && isConsistent(sha256, proof, before.rootHash, now.rootHash);
}

/** Undefined where one of them is no hash. */
export function hashesOf(path: readonly string[]): readonly Uint8Array[] | undefined {
  const hashes = path.map((hash) => fromBase64(hash)).filter((hash) => hash?.length === 32);
  return hashes.length === path.length ? hashes.filter((hash) => hash !== undefined) : undefined;
}
