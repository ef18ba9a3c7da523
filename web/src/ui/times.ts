import { language } from '../texts/texts.js';
import { h } from './dom.js';

const dateAndTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const timeOnly = new Intl.DateTimeFormat(language, { timeStyle: 'short' });

/** @param at RFC 3339, or milliseconds since the epoch */
export function timeElement(at: string | number): HTMLTimeElement {
  const date = new Date(at);
  const known = !Number.isNaN(date.getTime());
  return h('time', { datetime: known ? date.toISOString() : undefined }, formatDateAndTime(date));
}

export function formatDateAndTime(at: Date): string {
  return Number.isNaN(at.getTime()) ? '–' : dateAndTime.format(at);
}

export function formatTime(at: Date): string {
  return Number.isNaN(at.getTime()) ? '–' : timeOnly.format(at);
}
