import type { FidoCase, Verdict } from './case.js';
import { numbered } from './case.js';

type Members = Readonly<Record<string, unknown>>;

/** The same for both kinds of ceremony: what stands in clientDataJSON. */
export function clientDataCases(
  own: string,
  other: string,
  run: (members: Members) => Promise<Verdict> | Verdict,
): readonly FidoCase[] {
  const cases: readonly (readonly [what: string, members: Members, expected: string])[] = [
    ['no type', { type: undefined }, 'type-mismatch'],
    ['a type that is a number', { type: 7 }, 'type-mismatch'],
    ['an empty type', { type: '' }, 'type-mismatch'],
    [`a type other than ${own}`, { type: 'webauthn.other' }, 'type-mismatch'],
    [`the type ${other}`, { type: other }, 'type-mismatch'],
    ['no challenge', { challenge: undefined }, 'malformed'],
    ['a challenge that is a number', { challenge: 7 }, 'malformed'],
    ['an empty challenge', { challenge: '' }, 'challenge-mismatch'],
    ['a challenge that is no base64url', { challenge: '+/==' }, 'challenge-mismatch'],
    ['another challenge than was given out', { challenge: 'A'.repeat(43) }, 'challenge-mismatch'],
    ['no origin', { origin: undefined }, 'malformed'],
    ['an origin that is a number', { origin: 7 }, 'malformed'],
    ['an empty origin', { origin: '' }, 'origin-not-allowed'],
    ['an origin that is not listed', { origin: 'https://evil.example' }, 'origin-not-allowed'],
    ['a token binding that is no object', { tokenBinding: 'supported' }, 'malformed'],
    ['a token binding without status', { tokenBinding: {} }, 'malformed'],
    ['a token binding of unknown status', { tokenBinding: { status: 'perhaps' } }, 'malformed'],
  ];
  return numbered(
    'F',
    cases.map(([what, members, expected]) => ({ what, expected, run: () => run(members) })),
  );
}
