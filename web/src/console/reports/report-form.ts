import { button, field } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import type { ConsoleContext } from '../console-context.js';
import { go } from '../console-context.js';
import { choice, localMoment, momentOf } from '../controls.js';
import type { ReportDescription } from '../contract.js';
import type { Parameters } from '../route.js';
import { say } from '../texts/say.js';
import { DRAWINGS } from './drawings.js';
import { BUCKETS } from './plot.js';

/** Which report, of when, and how it is drawn. */
export function reportForm(
  context: ConsoleContext,
  reports: readonly ReportDescription[],
  chosen: ReportDescription,
  parameters: Parameters,
): HTMLElement {
  const name = choice(
    say('report.which'),
    reports.map(({ report, title }) => ({ value: report, label: title })),
    chosen.report,
    { 'data-testid': 'report-name' },
  );
  const fields = fieldsOf(chosen, parameters);
  const drawn = DRAWINGS[chosen.report];
  const by = (drawn?.by.length ?? 0) > 1 ? byChoice(drawn?.by ?? [], parameters) : undefined;
  const bucket =
    drawn?.category === 'day'
      ? choice(
          say('report.bucket'),
          BUCKETS.map((value) => ({ value, label: say(`report.bucket.${value}`) })),
          parameters['bucket'] ?? 'day',
          { 'data-testid': 'report-bucket' },
        )
      : undefined;
  const form = h(
    'form',
    { class: 'stack', 'aria-label': say('nav.reports') },
    h(
      'div',
      { class: 'field-grid filters' },
      name.element,
      ...fields.map(({ element }) => element),
      bucket?.element,
      by?.element,
    ),
    h(
      'div',
      { class: 'button-row start' },
      button(say('report.show'), 'primary', { type: 'submit', 'data-testid': 'report-show' }),
    ),
  );
  const ask = (): void =>
    go(context, 'reports', {
      name: name.select.value,
      ...Object.fromEntries(fields.map(({ name: parameter, value }) => [parameter, value()])),
      bucket: bucket?.select.value ?? '',
      by: by?.select.value ?? '',
    });
  // Another report asks for other things: its own fields come with it.
  name.select.addEventListener('change', () =>
    go(context, 'reports', { ...keptFor(parameters), name: name.select.value }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  return form;
}

function keptFor({ asOf, bucket, from, to }: Parameters): Parameters {
  const given = Object.entries({ asOf, bucket, from, to }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Parameters;
}

function byChoice(columns: readonly string[], parameters: Parameters): ReturnType<typeof choice> {
  return choice(
    say('report.by'),
    columns.map((column) => ({ value: column, label: column })),
    parameters['by'] ?? columns[0] ?? '',
    { 'data-testid': 'report-by' },
  );
}

interface Asked {
  readonly name: string;
  readonly element: HTMLElement;
  readonly value: () => string;
}

function fieldsOf({ report, span }: ReportDescription, parameters: Parameters): readonly Asked[] {
  if (span === 'days') {
    return (['from', 'to'] as const).map((name) => {
      const { element, input } = field(say(`report.${name}`), {
        type: 'date',
        value: parameters[name],
        'data-testid': `report-${name}`,
      });
      return { name, element, value: () => input.value };
    });
  }
  if (span === 'moment') {
    const { element, input } = field(
      say('report.as-of'),
      {
        type: 'datetime-local',
        step: 1,
        value: localMoment(parameters['asOf']),
        'data-testid': 'report-as-of',
      },
      say('report.as-of.hint'),
    );
    return [{ name: 'asOf', element, value: () => momentOf(input) }];
  }
  if (report !== 'dormant-passkeys') return [];
  const { element, input } = field(say('report.days'), {
    type: 'number',
    min: 1,
    max: 3_650,
    value: parameters['days'],
    placeholder: '90',
    'data-testid': 'report-days',
  });
  return [{ name: 'days', element, value: () => input.value }];
}
