import { onPress } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { ConsoleContext, ConsoleView } from '../console-context.js';
import { hasScope } from '../console-context.js';
import { choice, tick } from '../controls.js';
import type { Parameters } from '../route.js';
import { saveFile } from '../saving.js';
import { say } from '../texts/say.js';
import type { ExportFormat } from './export-job.js';
import { ExportJob } from './export-job.js';

const FORMATS = { ndjson: 'NDJSON', csv: 'CSV' } as const;

/** Everything as it is stored, as a file; it goes on while other views are looked at. */
export function exportView(context: ConsoleContext, _parameters: Parameters): ConsoleView {
  const { exports, product } = context;
  const place = h('div', { class: 'stack' });
  const job = exports.get(product.rp);
  if (job !== undefined) follow(place, job);
  return {
    element: h(
      'section',
      { class: 'card' },
      h('h1', {}, say('nav.export')),
      h('p', { class: 'muted' }, say('export.intro')),
      startForm(context, place),
      place,
    ),
  };
}

function startForm(context: ConsoleContext, place: HTMLElement): HTMLElement {
  const { api, exports, product } = context;
  const format = choice(
    say('export.format'),
    Object.entries(FORMATS).map(([value, label]) => ({ value, label })),
    'ndjson',
    { 'data-testid': 'export-format' },
  );
  const after = field(
    say('export.after'),
    { pattern: '[0-9]{1,15}\\.[0-9]{1,15}', autocomplete: 'off', 'data-testid': 'export-after' },
    say('export.after.hint'),
  );
  const personal = hasScope(context, 'accounts')
    ? tick(say('filter.personal'), false, { 'data-testid': 'export-personal' })
    : undefined;
  const start = button(say('export.start'), 'primary', { type: 'submit', 'data-testid': 'export-start' });
  const form = h(
    'form',
    { class: 'stack' },
    h('div', { class: 'field-grid filters' }, format.element, after.element),
    personal?.element,
    h('div', { class: 'button-row start' }, start),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    exports.get(product.rp)?.stop();
    const job = new ExportJob(api, product.rp, {
      format: format.select.value as ExportFormat,
      personal: personal?.input.checked === true,
      after: after.input.value.trim(),
    });
    exports.set(product.rp, job);
    follow(place, job);
    void job.run();
  });
  return form;
}

/** Shows how far it is, and what can be done about it. */
function follow(place: HTMLElement, job: ExportJob): void {
  const bar = h('progress', {
    max: 1,
    value: 0,
    'aria-label': say('export.progress'),
    'data-testid': 'export-bar',
  });
  const count = h('p', { class: 'count', 'data-testid': 'export-count' });
  const state = h('p', { role: 'status', 'data-testid': 'export-state' });
  const notice = createNotice('export-notice');
  const cancel = button(say('export.cancel'), 'secondary', { 'data-testid': 'export-cancel' });
  cancel.addEventListener('click', () => job.stop());
  const resume = button(say('export.resume'), 'primary', { 'data-testid': 'export-resume' });
  onPress(resume, notice, () => {
    void job.run();
    cancel.focus();
    return Promise.resolve();
  });
  const save = button(say('export.save'), 'primary', { 'data-testid': 'export-save' });
  save.addEventListener('click', () => saveFile(job.fileName, job.file()));
  const position = h('code', { 'data-testid': 'export-position' });
  const positionLine = h('p', { class: 'hint' }, say('export.position'), ' ', position);

  const show = (): void => {
    const { bytes, cursor, events, treeSize } = job;
    bar.max = Math.max(1, treeSize);
    bar.value = events;
    count.textContent = say('export.count', { count: events, total: treeSize, size: sizeText(bytes) });
    const said = say(`export.state.${job.state}`);
    // Read out where it changes, and not with every piece.
    if (state.textContent !== said) state.textContent = said;
    cancel.hidden = job.state !== 'running';
    resume.hidden = job.state === 'running' || job.state === 'done';
    save.hidden = job.state === 'running' || bytes === 0;
    positionLine.hidden = job.state === 'running' || cursor === '';
    position.textContent = cursor;
    if (job.state === 'failed') notice.show(job.error);
    else notice.clear();
  };
  job.onChange = throttled(show, () => job.state === 'running');
  replaceContent(
    place,
    state,
    bar,
    count,
    h('div', { class: 'button-row start' }, cancel, resume, save),
    positionLine,
    notice.element,
  );
  show();
}

/** At most once a frame while it runs: a fast stream must not be slowed by being watched. */
function throttled(show: () => void, runs: () => boolean): () => void {
  let waits = false;
  return () => {
    if (!runs()) {
      show();
      return;
    }
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      show();
    });
  };
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes === 0 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
