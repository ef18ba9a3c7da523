import { createHash } from 'node:crypto';
import { createReadStream, existsSync, linkSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a file holds. Stored: never renamed. */
export type Holds = 'events' | 'keys' | 'service' | 'jobs';

/** The first line of a file. */
export interface ExportHeader {
  readonly format: 'latchkey-export';
  readonly version: 1;
  readonly holds: Holds;
  /** Which environment the folder was of. */
  readonly environment: string;
}

/** The last line but one: what stands between it and the header, and what else is to be true of that. */
export interface ExportSummary {
  readonly records: number;
}

/** The file is no export, not the one that was asked for, or not as it was written. Nothing was taken from it. */
export class UnusableExport extends Error {
  constructor(file: string, why: string) {
    super(`${file} ${why}`);
    this.name = 'UnusableExport';
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const NEWLINE = 0x0a;
/** In characters: lines are written and hashed together, for each write costs the same. */
const CHUNK = 64 * 1024;

/**
 * Writes lines of JSON as they come: the header, a line for each record, a summary, and the SHA-256 of all bytes before. The file
 * has its name when it is whole and on disk, and not before: what was broken off is begun anew. Only its owner reads it.
 * @param summarize asked when all records have been written
 * @throws where a file of that name is there: nothing is ever written over
 */
export async function writeExport<Summary extends object>(
  file: string,
  head: Pick<ExportHeader, 'holds' | 'environment'>,
  records: AsyncIterable<object>,
  summarize: () => Summary,
): Promise<Summary & ExportSummary> {
  if (existsSync(file)) throw new Error(`${file} is there already: it is not written over`);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  const digest = createHash('sha256');
  let summary: (Summary & ExportSummary) | undefined;

  async function* lines(): AsyncGenerator<object, void, undefined> {
    yield { format: 'latchkey-export', version: 1, ...head } satisfies ExportHeader;
    let count = 0;
    for await (const record of records) {
      count += 1;
      yield record;
    }
    summary = { records: count, ...summarize() };
    yield summary;
  }
  async function* chunks(): AsyncGenerator<string, void, undefined> {
    let chunk = '';
    for await (const line of lines()) {
      chunk += `${JSON.stringify(line)}\n`;
      if (chunk.length < CHUNK) continue;
      digest.update(chunk);
      yield chunk;
      chunk = '';
    }
    yield `${chunk}${JSON.stringify({ sha256: digest.update(chunk).digest('base64') })}\n`;
  }
  // Open before anything can fail: a stream that opens by itself may make the file after it was given up.
  const opened = await open(partial, 'wx', 0o600);
  await pipeline(chunks, opened.createWriteStream({ flush: true }));
  // Unlike a renaming, it fails where another file has got the name meanwhile.
  linkSync(partial, file);
  rmSync(partial);
  if (summary === undefined) throw new Error('an export ended without its summary');
  return summary;
}

/** A file that is as it was written. */
export interface ReadableExport {
  readonly header: ExportHeader;
  readonly summary: ExportSummary & JsonObject;
  /** In the order in which they stand there; each time from the first one on. */
  readonly records: () => AsyncGenerator<JsonObject, void, undefined>;
}

/**
 * Reads the whole file once, and answers where each byte is as it was written.
 * @param each looks at every record, so that more can be found out in the same reading
 * @throws UnusableExport
 */
export async function openExport(
  file: string,
  holds: Holds,
  each: (record: JsonObject) => void = () => undefined,
): Promise<ReadableExport> {
  const digest = createHash('sha256');
  let header: ExportHeader | undefined;
  let count = -1;
  // What the last line is shows when there is no other: each is held back until the one after the next.
  let held: JsonObject | undefined;
  let last: Buffer | undefined;
  for await (const line of linesOf(file)) {
    if (last !== undefined) {
      const found: JsonObject = jsonIn(file, last);
      digest.update(last).update('\n');
      if (header === undefined) header = headerIn(file, found, holds);
      else if (held !== undefined) each(held);
      held = count === -1 ? undefined : found;
      count += 1;
    }
    last = line;
  }
  if (header === undefined || last === undefined) throw new UnusableExport(file, 'is no export');
  const whole = JSON.stringify({ sha256: digest.digest('base64') });
  if (last.toString() !== whole) {
    throw new UnusableExport(file, 'was cut off or altered: its bytes are not those that were written');
  }
  const records = count - 1;
  if (held?.['records'] !== records) throw new UnusableExport(file, 'doesn’t hold as much as it says');
  return { header, summary: { ...held, records }, records: () => recordsIn(file, records) };
}

async function* recordsIn(file: string, records: number): AsyncGenerator<JsonObject, void, undefined> {
  let number = -1;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number > records) return;
    if (number > 0) yield jsonIn(file, line);
  }
}

/** Of bytes, for text would hide what is no UTF-8. What follows the last newline is no line. */
async function* linesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end);
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) throw new UnusableExport(file, 'was cut off: its last line has no end');
}

function headerIn(file: string, found: JsonObject, holds: Holds): ExportHeader {
  const { environment, format, version } = found;
  if (format !== 'latchkey-export' || typeof environment !== 'string')
    throw new UnusableExport(file, 'is no export');
  if (version !== 1) throw new UnusableExport(file, 'was written by another release');
  if (found['holds'] !== holds) throw new UnusableExport(file, `is no export of ${holds}`);
  return { format, version, holds, environment };
}

/** What can't be read is never quoted. */
function jsonIn(file: string, line: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(line.toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed as JsonObject;
  } catch {
    // Said below.
  }
  throw new UnusableExport(file, 'was cut off or altered: a line of it is no JSON');
}
