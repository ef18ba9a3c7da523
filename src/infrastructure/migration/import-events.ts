import { z } from 'zod';
import type { EventStore, ExpectedRevision } from '../../application/ports/event-store.js';
import type { EventsSummary } from './export-events.js';
import { openExport, UnusableExport } from './export-file.js';
import type { LogRoot } from './log-roots.js';
import { LogRoots } from './log-roots.js';
import type { MovedEvent } from './moved-events.js';
import { eventIn, isSame } from './moved-events.js';

/** The store holds something that the file doesn't hold in that place: another service's events, or what was recorded since. */
export class StoreInUse extends Error {
  constructor(agreed: number) {
    super(
      `the store holds other events than the file: the first ${agreed} are the same. Events are imported into an empty store, or into one in which this file’s import was broken off`,
    );
    this.name = 'StoreInUse';
  }
}

export interface ImportTarget {
  readonly events: EventStore;
  /**
   * So many appends are asked for together. More than one only of a store that records what is asked for together in that order, and
   * nothing after what it couldn't record: the order across streams is that of the log.
   */
  readonly together: number;
}

export interface ImportedLog {
  readonly rp: string;
  /** As the file says. */
  readonly exported: LogRoot | undefined;
  /** Of what was read back from the store. */
  readonly readBack: LogRoot | undefined;
  readonly equal: boolean;
}

export interface ImportedEvents {
  readonly environment: string;
  /** How many were there before, of an import that was broken off. */
  readonly before: number;
  readonly events: number;
  readonly logs: readonly ImportedLog[];
  /** The first event, from 1, that was read back otherwise than the file has it, or not at all; null where there is none. */
  readonly firstDifference: number | null;
}

/** What is done with each event; an import goes through all of them three times. */
export type ImportStep = 'checked' | 'recorded' | 'read back';

const SUMMARY = z.strictObject({
  records: z.int(),
  logs: z.array(z.strictObject({ rp: z.string(), treeSize: z.int(), rootHash: z.string() })),
});

/** Of one append: EventStoreDB takes a megabyte. */
const LARGEST_APPEND = { events: 100, bytes: 256 * 1024 };
/** In bytes, of appends that are asked for together. */
const LARGEST_WINDOW = 1024 * 1024;

/**
 * Records the events of a file in an empty store, in their order, under their own ids and revisions; goes on where an import
 * of the same file was broken off. Then reads everything back, and tells what it found: a difference is the caller's to report.
 * @throws UnusableExport before anything is recorded, where the file is not as it was written
 * @throws StoreInUse before anything is recorded
 */
export async function importEvents(
  file: string,
  target: ImportTarget,
  each: (step: ImportStep, total: number) => void = () => undefined,
): Promise<ImportedEvents> {
  const { header, records, summary } = await openEvents(file);
  const total = summary.records;
  const incoming = eventsIn(file, records());
  const before = await skipWhatIsThere(target.events, incoming, () => each('checked', total));
  for await (const window of windowsOf(appendsOf(incoming), target.together)) {
    await Promise.all(
      window.map(({ events, expected, stream }) => target.events.append(stream, events, expected)),
    );
    for (const { events } of window) for (const _event of events) each('recorded', total);
  }
  const found = await readBack(target.events, eventsIn(file, records()), () => each('read back', total));
  const names = new Set([...summary.logs, ...found.logs].map(({ rp }) => rp));
  const logs = [...names].sort().map((rp) => {
    const exported = summary.logs.find((log) => log.rp === rp);
    const back = found.logs.find((log) => log.rp === rp);
    const equal = exported?.rootHash === back?.rootHash && exported?.treeSize === back?.treeSize;
    return { rp, exported, readBack: back, equal };
  });
  return {
    environment: header.environment,
    before,
    events: found.events,
    logs,
    firstDifference: found.firstDifference,
  };
}

/** A file whose events come to the roots that it names. */
async function openEvents(file: string) {
  const roots = new LogRoots();
  const opened = await openExport(file, 'events', (record) => roots.add(eventIn(file, record)));
  const { data, success } = SUMMARY.safeParse(opened.summary);
  if (!success) throw new UnusableExport(file, 'was written by another release');
  if (JSON.stringify(data.logs) !== JSON.stringify(roots.roots()))
    throw new UnusableExport(file, 'was altered: its events don’t come to the roots that it names');
  return { ...opened, summary: data satisfies EventsSummary };
}

type Events = AsyncGenerator<MovedEvent, void, undefined>;

async function* eventsIn(file: string, records: AsyncIterable<object>): Events {
  for await (const record of records) yield eventIn(file, record);
}

/** @returns how many events the store holds, each of them the file's. @throws StoreInUse */
async function skipWhatIsThere(store: EventStore, incoming: Events, each: () => void): Promise<number> {
  let agreed = 0;
  for await (const there of store.readAll(0)) {
    const next = await incoming.next();
    if (next.done === true || !isSame(there, next.value)) throw new StoreInUse(agreed);
    agreed += 1;
    each();
  }
  return agreed;
}

interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly MovedEvent[];
  readonly bytes: number;
}

/** Neighbours of one stream go into one append: it puts nothing before what it comes after. */
async function* appendsOf(incoming: Events): AsyncGenerator<Append, void, undefined> {
  let events: MovedEvent[] = [];
  let bytes = 0;
  for await (const event of incoming) {
    const [first] = events;
    const fits = events.length < LARGEST_APPEND.events && bytes + event.body.length <= LARGEST_APPEND.bytes;
    if (first !== undefined && (first.stream !== event.stream || !fits)) {
      yield appendOf(events, first, bytes);
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += event.body.length;
  }
  const [first] = events;
  if (first !== undefined) yield appendOf(events, first, bytes);
}

function appendOf(events: readonly MovedEvent[], { revision, stream }: MovedEvent, bytes: number): Append {
  return { stream, expected: revision === 0 ? 'no-stream' : revision - 1, events, bytes };
}

async function* windowsOf(
  appends: AsyncIterable<Append>,
  together: number,
): AsyncGenerator<readonly Append[], void, undefined> {
  let window: Append[] = [];
  let bytes = 0;
  for await (const append of appends) {
    if (window.length > 0 && (window.length === together || bytes + append.bytes > LARGEST_WINDOW)) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(append);
    bytes += append.bytes;
  }
  if (window.length > 0) yield window;
}

async function readBack(store: EventStore, exported: Events, each: () => void) {
  const roots = new LogRoots();
  let events = 0;
  let firstDifference: number | null = null;
  for await (const recorded of store.readAll(0)) {
    roots.add(recorded);
    events += 1;
    const next = await exported.next();
    if (next.done === true || !isSame(recorded, next.value)) firstDifference ??= events;
    each();
  }
  const missing = (await exported.next()).done !== true;
  if (missing) firstDifference ??= events + 1;
  return { events, logs: roots.roots(), firstDifference };
}
