import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { leafHash } from '../domain/audit/merkle-tree.js';
import { sha256 } from './sha256.js';

/** What of an export is checked: hashes only, so that a million events take some hundred megabytes and no more. */
export interface ExportedHistory {
  readonly origin: string;
  /** How many events it should hold. */
  readonly treeSize: number;
  /** The checkpoint that came with it; null where the service had none to give. */
  readonly checkpoint: string | null;
  /** The leaf hashes that the service keeps, base64. */
  readonly claimed: readonly string[];
  /** Of the events themselves, hashed here; null where an event is no longer there. */
  readonly computed: readonly (string | null)[];
}

/** The file is not an export. The message names the line. */
export class ExportUnreadable extends Error {
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = 'ExportUnreadable';
  }
}

/** @throws ExportUnreadable */
export async function readExport(file: string): Promise<ExportedHistory> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let head: Pick<ExportedHistory, 'origin' | 'treeSize' | 'checkpoint'> | undefined;
  const claimed: string[] = [];
  const computed: (string | null)[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const parsed = objectIn(line, number);
    if (head === undefined) {
      head = headIn(parsed, number);
      continue;
    }
    // A page that came twice, or a leaf that was left out, is not for this reader to guess about.
    if (parsed['leafIndex'] !== claimed.length) {
      throw new ExportUnreadable(
        number,
        `leaf ${claimed.length} should stand here: the export was cut or put together wrongly`,
      );
    }
    if (typeof parsed['leafHash'] !== 'string') throw new ExportUnreadable(number, 'it has no leaf hash');
    claimed.push(parsed['leafHash']);
    const bytes = bytesIn(parsed);
    computed.push(bytes === null ? null : Buffer.from(leafHash(sha256, bytes)).toString('base64'));
  }
  if (head === undefined) throw new ExportUnreadable(1, 'the file is empty');
  return { ...head, claimed, computed };
}

/** The stored bytes: as JSON, which is written back as it was, or in base64 where they are no such JSON. */
function bytesIn(line: Readonly<Record<string, unknown>>): Uint8Array | null {
  if (typeof line['bytes'] === 'string') return Buffer.from(line['bytes'], 'base64');
  const { event } = line;
  return typeof event === 'object' && event !== null ? Buffer.from(JSON.stringify(event)) : null;
}

function headIn(
  { checkpoint, origin, treeSize }: Readonly<Record<string, unknown>>,
  line: number,
): Pick<ExportedHistory, 'origin' | 'treeSize' | 'checkpoint'> {
  const isSize = typeof treeSize === 'number' && Number.isSafeInteger(treeSize) && treeSize >= 0;
  if (typeof origin !== 'string' || !isSize || !(checkpoint === null || typeof checkpoint === 'string')) {
    throw new ExportUnreadable(line, 'it is not the head of an export');
  }
  return { origin, treeSize, checkpoint };
}

function objectIn(line: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch {
    // Said below.
  }
  throw new ExportUnreadable(number, 'it is no JSON object: the export was cut off');
}
