import type { LoggedEvent } from '../../application/audit/logged-events.js';
import type { HistoryExport } from '../../application/queries/export-history.js';
import { toBase64 } from '../../domain/audit/base64.js';

/** How an export is written: each event's line can be checked and gone on from by itself. */
export interface ExportFormat {
  readonly mediaType: string;
  head(history: HistoryExport): string;
  line(event: LoggedEvent, treeSize: number): string;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The event's bytes as JSON within a line, where taking them out again gives the very same bytes; else in base64: they were
 * altered, and what they are must be told to the byte.
 */
function eventMember({
  recorded,
}: LoggedEvent): { readonly event: string } | { readonly bytes: string } | null {
  if (recorded === undefined) return null;
  try {
    const text = UTF8.decode(recorded.body);
    if (JSON.stringify(JSON.parse(text)) === text && text.startsWith('{')) return { event: text };
  } catch {
    // It is no JSON.
  }
  return { bytes: Buffer.from(recorded.body).toString('base64') };
}

const NDJSON: ExportFormat = {
  mediaType: 'application/x-ndjson',
  head: ({ checkpoint, origin, treeSize }) => `${JSON.stringify({ origin, treeSize, checkpoint })}\n`,
  line(logged, treeSize) {
    const { leafHash, leafIndex, opened, subject } = logged;
    const place = JSON.stringify({
      leafIndex,
      leafHash: toBase64(leafHash),
      cursor: `${treeSize}.${leafIndex}`,
      ...(subject !== null && { subject }),
      ...opened,
    });
    const stored = eventMember(logged);
    if (stored === null) return `${place.slice(0, -1)},"event":null}\n`;
    const member = 'event' in stored ? `"event":${stored.event}` : `"bytes":"${stored.bytes}"`;
    return `${place.slice(0, -1)},${member}}\n`;
  },
};

const COLUMNS = [
  'leafIndex',
  'leafHash',
  'at',
  'type',
  'actor',
  'subject',
  'accountId',
  'correlationId',
  'event',
  'bytes',
  'personal',
  'endUser',
  'cursor',
] as const;

const CSV: ExportFormat = {
  mediaType: 'text/csv; charset=utf-8; header=present',
  head: () => `${COLUMNS.join(',')}\r\n`,
  line(logged, treeSize) {
    const { leafHash, leafIndex, opened, recorded, subject } = logged;
    const stored = eventMember(logged);
    const text = stored !== null && 'event' in stored ? stored.event : '';
    const said = text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
    const { actor, at, correlationId } = said;
    const cells: Readonly<Record<(typeof COLUMNS)[number], unknown>> = {
      leafIndex,
      leafHash: toBase64(leafHash),
      at: typeof at === 'number' ? new Date(at).toISOString() : '',
      type: recorded?.type ?? '',
      actor: actor ?? '',
      subject: subject ?? '',
      accountId: opened.accountId ?? '',
      correlationId: correlationId ?? '',
      event: text,
      bytes: stored !== null && 'bytes' in stored ? stored.bytes : '',
      personal: opened.personal === undefined ? '' : JSON.stringify(opened.personal),
      endUser: opened.endUser === undefined ? '' : JSON.stringify(opened.endUser),
      cursor: `${treeSize}.${leafIndex}`,
    };
    return `${COLUMNS.map((column) => cell(cells[column])).join(',')}\r\n`;
  },
};

export const EXPORT_FORMATS = { ndjson: NDJSON, csv: CSV } as const;
export type ExportFormatName = keyof typeof EXPORT_FORMATS;

/** What a spreadsheet would take for a formula when it opens the file. */
const FORMULA = /^[=+\-@\t\r]/u;

/** RFC 4180 §2. */
function cell(value: unknown): string {
  const text = String(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The export in pieces, each made when the one before was taken. */
export async function* exportText(
  history: HistoryExport,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  // Who goes on from a cursor has the head already.
  if (history.firstLeaf === 0) yield format.head(history);
  for await (const events of history.events) {
    yield events.map((event) => format.line(event, history.treeSize)).join('');
  }
}
