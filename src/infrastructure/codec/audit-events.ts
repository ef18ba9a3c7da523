import { z } from 'zod';
import { READ_KINDS } from '../../domain/audit/events.js';
import type { AuditEvent } from '../../domain/audit/events.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { EventCatalogue } from './event-definition.js';
import { count, id, instant, members, nothing } from './schema-parts.js';

/** Every event in the streams that say who read the history. */
export const AUDIT_EVENTS: EventCatalogue<AuditEvent> = {
  HistoryRead: {
    summary: 'Somebody asked to read the history; recorded before the answer.',
    data: members({
      keyId: id().describe('The API key that read.'),
      what: z.enum(READ_KINDS),
      personalOpened: z.boolean().describe('Personal values were asked for in the clear.'),
      logSize: count.describe(
        "How many events the relying party's log held then; none after those was shown.",
      ),
      subject: id<SubjectId>().nullable().describe('The account that it was limited to, by our random id.'),
      eventType: id().nullable(),
      eventActor: id().nullable(),
      correlationId: id().nullable(),
      credential: id().nullable(),
      from: instant.nullable(),
      before: instant.nullable(),
    }),
    personal: nothing,
  },
};
