import { h, uniqueId } from '../ui/dom.js';
import type { Attributes } from '../ui/dom.js';

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Choice {
  readonly element: HTMLElement;
  readonly select: HTMLSelectElement;
}

/** A labelled choice. What is chosen and not on the list, by a link say, is put on it. */
export function choice(
  label: string,
  options: readonly Option[],
  chosen: string,
  attributes: Attributes = {},
): Choice {
  const id = uniqueId('choice');
  const known = options.some(({ value }) => value === chosen);
  const all = known ? options : [...options, { value: chosen, label: chosen }];
  const select = h(
    'select',
    { id, ...attributes },
    ...all.map((option) =>
      h('option', { value: option.value, selected: option.value === chosen }, option.label),
    ),
  );
  return { element: h('div', { class: 'field' }, h('label', { for: id }, label), select), select };
}

export interface Tick {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
}

export function tick(label: string, checked: boolean, attributes: Attributes = {}): Tick {
  const input = h('input', { type: 'checkbox', checked, ...attributes });
  return { element: h('label', { class: 'tick' }, input, h('span', {}, label)), input };
}

/** Of a field for local date and time: RFC 3339 UTC; empty where it holds none. */
export function momentOf(input: HTMLInputElement): string {
  const at = new Date(input.value);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** What such a field shows of a moment, in the reader's time zone. */
export function localMoment(moment: string | undefined): string {
  const at = new Date(moment ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** A table that scrolls by itself where it is too wide, by the keyboard too. */
export function scrollingTable(label: string, table: HTMLTableElement): HTMLElement {
  return h('div', { class: 'table-place', role: 'region', tabindex: 0, 'aria-label': label }, table);
}
