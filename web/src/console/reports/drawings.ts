import type { Cell, Cells } from '../contract.js';
import type { Drawn } from './plot.js';
import { textOf } from './plot.js';

/** Each report as a chart. A report that isn't here yet is shown by its table alone. */
const numberOf = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : 0);

const counted = (row: Cells, by: string): readonly (readonly [string, number])[] => [
  [textOf(row[by]), numberOf(row['count'])],
];
const rowsThemselves = (row: Cells, by: string): readonly (readonly [string, number])[] => [
  [textOf(row[by]), 1],
];

const columns =
  (...names: readonly string[]): Drawn['values'] =>
  (row) =>
    names.map((name) => [name, numberOf(row[name])] as const);

/** Rows of adoption are of several kinds, and one kind at a time adds up to something. */
const adoption: Drawn = {
  kind: 'lines',
  category: 'day',
  by: ['accounts', 'storage', 'provider', 'platform'],
  values: (row, by) => (row['by'] === by ? [[textOf(row['value']), numberOf(row['active'])]] : []),
  level: true,
};

export const DRAWINGS: Readonly<Record<string, Drawn>> = {
  'passkey-adoption': adoption,
  'passkey-inventory': {
    kind: 'bars',
    category: 'provider',
    by: ['storage', 'platform', 'attestation', 'entryPoint'],
    values: rowsThemselves,
  },
  onboarding: {
    kind: 'bars',
    category: 'day',
    by: ['entryPoint'],
    values: (row) => [[textOf(row['entryPoint']), numberOf(row['completed'])]],
  },
  resets: {
    kind: 'bars',
    category: 'day',
    by: ['outcome'],
    values: columns('passed', 'rejected', 'cancelled', 'expired', 'open'),
  },
  'step-ups': { kind: 'bars', category: 'day', by: ['outcome', 'action', 'detail'], values: counted },
  factors: { kind: 'bars', category: 'day', by: ['outcome', 'factor', 'purpose'], values: counted },
  'lock-outs': { kind: 'bars', category: 'day', by: ['event', 'detail'], values: counted },
  'dormant-passkeys': {
    kind: 'bars',
    category: 'provider',
    by: ['storage', 'platform'],
    values: rowsThemselves,
  },
  'below-policy': {
    kind: 'bars',
    category: 'problems',
    by: ['required', 'recorded'],
    values: rowsThemselves,
  },
  erasures: { kind: 'bars', category: 'day', by: ['requestedBy'], values: rowsThemselves },
  'history-access': {
    kind: 'bars',
    category: 'day',
    by: ['what', 'keyId', 'oneAccount', 'personalOpened'],
    values: rowsThemselves,
  },
};
