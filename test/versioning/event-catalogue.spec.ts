import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { AUDIT_EVENTS } from '../../src/infrastructure/codec/audit-events.js';
import { ERASURE_EVENTS } from '../../src/infrastructure/codec/erasure-events.js';
import { renderEventCatalogue } from '../../src/infrastructure/codec/event-catalogue.js';
import { members, nothing } from '../../src/infrastructure/codec/schema-parts.js';

const FILE = new URL('../../docs/event-catalogue.md', import.meta.url);
const EVENTS = { ...ACCOUNT_EVENTS, ...AUDIT_EVENTS, ...ERASURE_EVENTS };

beforeAll(() => {
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(FILE, renderEventCatalogue(EVENTS));
});

describe('the event catalogue', () => {
  it('in docs is the one that the schemas give', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(renderEventCatalogue(EVENTS));
  });

  it('says of every member what it holds, and which are personal', () => {
    const rendered = renderEventCatalogue({
      ParcelSent: {
        summary: 'A parcel was sent.',
        data: members({
          weight: z.int().describe('In grams.'),
          labels: z.array(z.enum(['fragile', 'heavy'])),
          size: members({ width: z.number(), unit: z.literal('cm').exactOptional() }).nullable(),
        }),
        personal: members({ name: z.string().nullable(), note: z.string().exactOptional() }),
        upcasts: [{}],
      },
      ParcelLost: { summary: 'A parcel was lost.', data: nothing, personal: nothing },
    });

    const sections = rendered.slice(
      rendered.indexOf('## ParcelLost'),
      rendered.indexOf('## Kinds of values'),
    );
    expect(sections).toBe(`## ParcelLost

A parcel was lost. Schema version 1.

## ParcelSent

A parcel was sent. Schema version 2.

| member | kind | meaning |
| --- | --- | --- |
| \`labels\` | list of (\`fragile\` \\| \`heavy\`) |  |
| \`size\` | { \`unit\`?: \`cm\`, \`width\`: number } \\| null |  |
| \`weight\` | integer | In grams. |
| *\`name\`* | text \\| null |  |
| *\`note\`?* | text |  |

`);
  });
});
