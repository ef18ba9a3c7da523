import { beforeAll, describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import type { EventDefinition } from '../../src/infrastructure/codec/event-definition.js';
import { currentVersion } from '../../src/infrastructure/codec/event-definition.js';
import { bodyToday, completeGoldenFile, goldenFileNames, goldenKey, readGoldenFile } from './golden-files.js';

const definitions = Object.entries<EventDefinition>(ACCOUNT_EVENTS);

/** Files of events as they are written today; those of older versions can only be read. */
const current = definitions.map(([type, definition]) => `${type}.v${currentVersion(definition)}.json`).sort();

beforeAll(() => {
  if (process.env['UPDATE_GENERATED'] === '1') goldenFileNames().forEach(completeGoldenFile);
});

describe('the golden files', () => {
  it('are one for each type of event and each version that it ever had', () => {
    const expected = definitions.flatMap(([type, definition]) =>
      Array.from({ length: currentVersion(definition) }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(goldenFileNames()).toStrictEqual(expected.sort());
  });

  describe.each(goldenFileNames())('%s', (name) => {
    const golden = (): ReturnType<typeof readGoldenFile> => readGoldenFile(name);
    const recorded = () => {
      const { body, ...rest } = golden().recorded;
      if (body === undefined) throw new Error(`${name} has no body: run this spec with UPDATE_GENERATED=1`);
      return { ...rest, body: Buffer.from(body) };
    };

    it('is of the type and version that its name says', () => {
      const { body } = recorded();
      const { type, schemaVersion } = JSON.parse(body.toString()) as Record<string, unknown>;
      expect(`${String(type)}.v${String(schemaVersion)}.json`).toBe(name);
    });

    it('is read today as it was then', () => {
      const { sealed, ...decoded } = accountEventCodec().decode(recorded(), goldenKey);
      expect(decoded).toStrictEqual(golden().decoded);
      const stored = JSON.parse(recorded().body.toString()) as { sealed?: string };
      expect(sealed).toStrictEqual(stored.sealed ?? null);
    });

    it('is read although its key was destroyed', () => {
      const { event, cause } = golden().decoded;
      const { sealed, ...decoded } = accountEventCodec().decode(recorded(), undefined);
      expect(decoded).toStrictEqual({
        event: { ...event, personal: sealed === null ? event.personal : REDACTED },
        cause: { ...cause, endUser: {} },
      });
    });

    it('is RFC 8785 to the byte', () => {
      const { body } = recorded();
      expect(body.toString()).toBe(canonicalize(JSON.parse(body.toString())));
    });
  });

  it.each(current)('%s is what would be written today', (name) => {
    const golden = readGoldenFile(name);
    expect(bodyToday(golden)).toBe(golden.recorded.body);
  });
});
