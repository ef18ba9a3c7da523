import type { EventStore } from '../../application/ports/event-store.js';
import type { ExportSummary } from './export-file.js';
import { writeExport } from './export-file.js';
import type { LogRoot } from './log-roots.js';
import { LogRoots } from './log-roots.js';
import { lineOf } from './moved-events.js';

export interface EventsSummary extends ExportSummary {
  readonly logs: readonly LogRoot[];
}

/**
 * Writes every event that is recorded by now to a file, in their order and to the byte, with the roots of the logs that they come to.
 * Takes the memory of one page of events, however many there are.
 * @param each called for each event that was written
 */
export function exportEvents(
  events: EventStore,
  { environment, file }: { readonly environment: string; readonly file: string },
  each: () => void = () => undefined,
): Promise<EventsSummary> {
  const roots = new LogRoots();
  async function* lines(): AsyncGenerator<object, void, undefined> {
    for await (const event of events.readAll(0)) {
      roots.add(event);
      yield lineOf(event);
      each();
    }
  }
  return writeExport(file, { holds: 'events', environment }, lines(), () => ({ logs: roots.roots() }));
}
