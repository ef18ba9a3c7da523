import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differences } from '../../../src/domain/audit/history-differences.js';

const HISTORY = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('B3 what was done to a history', () => {
  it.each([
    ['nothing', HISTORY, []],
    ['one altered', ['a', 'b', 'X', 'd', 'e', 'f'], [{ kind: 'altered', leafIndex: 2, eventIndex: 2 }]],
    ['the first altered', ['X', 'b', 'c', 'd', 'e', 'f'], [{ kind: 'altered', leafIndex: 0, eventIndex: 0 }]],
    ['the last altered', ['a', 'b', 'c', 'd', 'e', 'X'], [{ kind: 'altered', leafIndex: 5, eventIndex: 5 }]],
    ['one missing', ['a', 'b', 'd', 'e', 'f'], [{ kind: 'missing', leafIndex: 2 }]],
    [
      'the last ones missing',
      ['a', 'b', 'c', 'd'],
      [
        { kind: 'missing', leafIndex: 4 },
        { kind: 'missing', leafIndex: 5 },
      ],
    ],
    ['one added', ['a', 'b', 'X', 'c', 'd', 'e', 'f'], [{ kind: 'added', eventIndex: 2 }]],
    ['one added at the end', [...HISTORY, 'X'], [{ kind: 'added', eventIndex: 6 }]],
    ['one moved', ['a', 'e', 'b', 'c', 'd', 'f'], [{ kind: 'reordered', leafIndex: 4, eventIndex: 1 }]],
    [
      'one missing and one added elsewhere',
      ['a', 'c', 'd', 'e', 'X', 'f'],
      [
        { kind: 'missing', leafIndex: 1 },
        { kind: 'added', eventIndex: 4 },
      ],
    ],
  ])('is told: %s', (_what, found, expected) => {
    expect(differences(HISTORY, found)).toStrictEqual(expected);
  });

  it('accounts for every leaf and every event, whatever was done', () => {
    const hashes = fc.uniqueArray(fc.nat(40).map(String), { maxLength: 20 });
    fc.assert(
      fc.property(hashes, hashes, (expected, found) => {
        const told = differences(expected, found);
        const leavesTold = told.flatMap((each) =>
          'leafIndex' in each && each.kind !== 'reordered' ? [each.leafIndex] : [],
        );
        const eventsTold = told.flatMap((each) =>
          'eventIndex' in each && each.kind !== 'reordered' ? [each.eventIndex] : [],
        );
        const lost = expected.flatMap((hash, index) => (found.includes(hash) ? [] : [index]));
        const strange = found.flatMap((hash, index) => (expected.includes(hash) ? [] : [index]));
        expect(leavesTold.toSorted((a, b) => a - b)).toStrictEqual(lost);
        expect(eventsTold.toSorted((a, b) => a - b)).toStrictEqual(strange);

        const moved = new Set(
          told.flatMap((each) => (each.kind === 'reordered' ? [found[each.eventIndex]] : [])),
        );
        const stayed = found.filter((hash) => expected.includes(hash) && !moved.has(hash));
        expect(stayed).toStrictEqual(expected.filter((hash) => found.includes(hash) && !moved.has(hash)));
      }),
    );
  });
});
