import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { webhooks } from '../../src/application/processes/webhooks.js';
import type { ProjectedEvent } from '../../src/application/projections/projection.js';
import { ANNOUNCED_TYPES, publicEventOf } from '../../src/application/webhooks/public-events.js';
import type { ReceiptId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { WebhookEvent } from '../../src/domain/policy/webhooks.js';
import { WEBHOOK_EVENTS } from '../../src/domain/policy/webhooks.js';
import { ACCOUNT_EVENT_TYPES, arbitraryEvent } from '../versioning/arbitrary-account-events.js';

const anyEvent = fc.constantFrom(...ACCOUNT_EVENT_TYPES).chain(arbitraryEvent);

/** What each type of webhook was seen to carry. */
function membersSeen(): ReadonlyMap<WebhookEvent, readonly string[]> {
  const seen = new Map<WebhookEvent, readonly string[]>();
  for (const type of ANNOUNCED_TYPES) {
    for (const event of fc.sample(arbitraryEvent(type), { numRuns: 200, seed: 7 })) {
      const told = publicEventOf(event);
      if (told !== undefined) seen.set(told.type, Object.keys(told.data));
    }
  }
  return seen;
}

describe('what a backend is told', () => {
  it('holds no member of the personal part of any event, and none that its type doesn’t always have', () => {
    const seen = membersSeen();
    fc.assert(
      fc.property(anyEvent, (event) => {
        const told = publicEventOf(event);
        fc.pre(told !== undefined);
        expect(Object.keys(told.data)).toStrictEqual(seen.get(told.type));
        for (const [member, value] of Object.entries(told.data)) {
          expect(Object.keys(event.personal)).not.toContain(member);
          // Nothing but what stands in the event's own data, which is not personal, under whatever name.
          const inData = Object.values(event.data).some((one) => fc.stringify(one) === fc.stringify(value));
          expect(inData || member === 'changes').toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is of every published type, with the members that the documentation has', () => {
    const rows = [
      ...readFileSync('docs/webhooks.md', 'utf8').matchAll(
        /^\| `(?<type>[a-z_]+\.[a-z_]+)` *\|(?<when>[^|]*)\| (?<members>[^|]*)\|/gmu,
      ),
    ];
    const documented = new Map(
      rows.map(({ groups = {} }) => [
        groups['type'],
        [...(groups['members'] ?? '').matchAll(/`(?<name>\w+)`/gu)].map(
          ({ groups: found = {} }): string | undefined => found['name'],
        ),
      ]),
    );
    expect([...documented.keys()]).toStrictEqual([...WEBHOOK_EVENTS]);
    const seen = new Map<string, readonly string[]>(membersSeen());
    seen.set('account.erased', ['receiptId', 'userHandle']);
    const sorted = (members: ReadonlyMap<string | undefined, readonly (string | undefined)[]>) =>
      [...members].map(([type, names]) => [type, names.toSorted()]).toSorted();
    expect(sorted(documented)).toStrictEqual(sorted(seen));
  });
});

describe('the process of webhooks', () => {
  const shown = (event: AccountEvent): ProjectedEvent => ({
    rp: as('mpchat'),
    subject: as('subject-1'),
    stream: 'account-mpchat.subject-1',
    revision: 7,
    position: 90,
    eventId: 'event-1',
    correlationId: 'correlation-1',
    causationId: 'causation-1',
    actor: 'user',
    event,
    seal: () => {
      throw new Error('nothing is sealed for it');
    },
  });

  it('asks for one job for each event that is told of, by ids of the event’s own, and for none else', () => {
    const handled = anyEvent.filter(
      ({ type }) => webhooks.handles.includes(type) && type !== 'AccountErased',
    );
    fc.assert(
      fc.property(handled, (event) => {
        const told = publicEventOf(event);
        const { at } = event;
        const payload = {
          rp: 'mpchat',
          eventId: 'event-1',
          at,
          stream: 'account-mpchat.subject-1',
          revision: 7,
        };
        expect(webhooks.when(shown(event))).toStrictEqual(
          told === undefined
            ? []
            : [
                {
                  id: 'webhook.event-1',
                  kind: 'webhook',
                  payload: { ...payload, type: told.type },
                  runAt: at,
                },
              ],
        );
      }),
    );
  });

  it('names of an account’s end neither its stream nor its subject, for jobs that do go with the account', () => {
    const event = {
      type: 'AccountErased',
      at: 5,
      data: { receiptId: as<ReceiptId>('receipt-1'), securityEpoch: 3 },
      personal: {},
    } as const;
    expect(webhooks.when(shown(event))).toStrictEqual([
      {
        id: 'webhook.event-1',
        kind: 'webhook',
        payload: { rp: 'mpchat', eventId: 'event-1', at: 5, receiptId: 'receipt-1', type: 'account.erased' },
        runAt: 5,
      },
    ]);
  });
});
