import type { Instant } from '../../domain/kernel/time.js';
import type { Language } from '../../domain/texts/language.js';
import { historyWords } from '../../domain/texts/history-words.js';
import { toBase64 } from '../../domain/audit/base64.js';
import type { LoggedEvent, OpenedPart } from './logged-events.js';

/** An event as an auditor is shown it. */
export interface EventView extends OpenedPart {
  readonly leafIndex: number;
  /** Base64 of SHA-256(0x00 || the stored bytes). */
  readonly leafHash: string;
  readonly subject: string | null;
  /** False where the store no longer has the event that the log has here, or has no event there. */
  readonly present: boolean;
  readonly eventId: string | null;
  readonly stream: string | null;
  readonly type: string | null;
  readonly at: Instant | null;
  readonly actor: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** What happened, in the caller's language. */
  readonly text: string | null;
  /** Base64 of the stored bytes, where they were asked for and are there: what `leafHash` is to be computed from. */
  readonly stored?: string;
}

const UTF8 = new TextDecoder();

export function eventView(logged: LoggedEvent, language: Language, withStored = false): EventView {
  const { leafHash, leafIndex, opened, recorded, subject } = logged;
  const bytes = withStored && recorded !== undefined ? { stored: toBase64(recorded.body) } : {};
  const place = { leafIndex, leafHash: toBase64(leafHash), subject, ...opened, ...bytes };
  const stored = recorded && storedEvent(recorded.body);
  if (recorded === undefined || stored === undefined) {
    return { ...place, present: false, ...NOTHING };
  }
  const data = (stored['data'] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...place,
    present: true,
    eventId: recorded.eventId,
    stream: recorded.stream,
    type: recorded.type,
    at: Number(stored['at']),
    actor: textOrNull(stored['actor']),
    correlationId: textOrNull(stored['correlationId']),
    causationId: textOrNull(stored['causationId']),
    data,
    text: historyWords(language, recorded.type, data),
  };
}

const NOTHING = {
  eventId: null,
  stream: null,
  type: null,
  at: null,
  actor: null,
  correlationId: null,
  causationId: null,
  data: null,
  text: null,
} as const;

/** Undefined where the bytes are no JSON: they were altered. */
function storedEvent(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(UTF8.decode(body));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
