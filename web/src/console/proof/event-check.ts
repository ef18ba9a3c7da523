import { fromBase64, toBase64 } from '../../../../src/domain/audit/base64.js';
import type { SignedTree } from '../../../../src/domain/audit/checkpoint-text.js';
import { equal, rootByInclusion } from '../../../../src/domain/audit/merkle-proofs.js';
import { leafHash } from '../../../../src/domain/audit/merkle-tree.js';
import type { ConsoleContext } from '../console-context.js';
import type { EventPage, InclusionAnswer, LogEvent } from '../contract.js';
import { say } from '../texts/say.js';
import type { Finding } from './finding.js';
import { brokenBy } from './finding.js';
import { hashesOf } from './log-check.js';
import { sha256 } from './sha256.js';

export interface CheckedEvent {
  readonly findings: readonly Finding[];
  readonly event?: LogEvent;
  /** What the stored bytes say, read here and not by the service. */
  readonly stored?: string;
}

/** Whether an event, hashed here from its stored bytes, stands in the signed tree. */
export async function checkEvent(
  context: ConsoleContext,
  leafIndex: number,
  tree: SignedTree,
): Promise<CheckedEvent> {
  const what = say('proof.bytes');
  const event = await eventAt(context, leafIndex, tree.treeSize);
  const bytes = event?.stored === undefined ? undefined : fromBase64(event.stored);
  if (event === undefined || bytes === undefined) {
    return { findings: [{ what, state: 'broken', text: say('event.lost') }], ...(event && { event }) };
  }
  const hash = leafHash(sha256, bytes);
  const same = toBase64(hash) === event.leafHash;
  const hashed: Finding = same
    ? { what, state: 'good', text: say('proof.bytes.good', { hash: event.leafHash }) }
    : { what, state: 'broken', text: say('proof.bytes.altered') };
  const included = await inclusion(context, leafIndex, hash, tree);
  return { findings: [hashed, included], event, stored: new TextDecoder().decode(bytes) };
}

async function inclusion(
  { api, product }: ConsoleContext,
  leafIndex: number,
  hash: Uint8Array,
  { rootHash, treeSize }: SignedTree,
): Promise<Finding> {
  const what = say('proof.inclusion');
  try {
    const query = { leafIndex, treeSize };
    const answer = await api.read<InclusionAnswer>(product.rp, 'audit/proofs/inclusion', query);
    const path = hashesOf(answer.path);
    const root = path && rootByInclusion(sha256, { leafIndex, treeSize, leafHash: hash, path });
    return root !== undefined && equal(root, rootHash)
      ? {
          what,
          state: 'good',
          text: say('proof.inclusion.good', { steps: answer.path.length, count: treeSize }),
        }
      : { what, state: 'broken', text: say('proof.inclusion.broken') };
  } catch (error) {
    return brokenBy(what, error);
  }
}

/** The event of that place: what follows the one before. */
async function eventAt(
  { api, product }: ConsoleContext,
  leafIndex: number,
  treeSize: number,
): Promise<LogEvent | undefined> {
  const cursor = leafIndex === 0 ? undefined : `${treeSize}.${leafIndex - 1}`;
  const page = await api.read<EventPage>(product.rp, 'audit/events', { cursor, limit: 1, stored: 'true' });
  return page.events.find((event) => event.leafIndex === leafIndex);
}
