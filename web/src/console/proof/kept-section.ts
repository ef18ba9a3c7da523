import { NoteInvalid } from '../../../../src/domain/audit/note-text.js';
import { onPress, onSubmit } from '../../ui/actions.js';
import { button, copyButton } from '../../ui/controls.js';
import { h, uniqueId } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { timeElement } from '../../ui/times.js';
import { toast } from '../../ui/toast.js';
import { text } from '../../texts/texts.js';
import type { ConsoleContext } from '../console-context.js';
import { say } from '../texts/say.js';
import { noteText } from './finding.js';
import type { Kept } from './kept.js';
import { exported, forget, forgetAll, keep, keptOf, takeIn } from './kept.js';

/** The key and the checkpoints that this browser keeps, out of it and into it as text. */
export function keptSection(
  { product }: ConsoleContext,
  servedKey: string,
  changed: () => void,
): HTMLElement {
  const kept = keptOf(product.rp);
  const notice = createNotice('kept-notice');
  const key = kept?.verifierKey ?? servedKey;
  const keepKey = button(say('kept.keep-key'), 'secondary', { 'data-testid': 'key-keep' });
  onPress(keepKey, notice, async () => {
    await keep(product.rp, servedKey);
    changed();
  });
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'kept-title' },
    h('h2', { id: 'kept-title' }, say('kept.title')),
    h('p', { class: 'muted' }, say('kept.intro')),
    h(
      'div',
      { class: 'field' },
      h('h3', {}, say(kept === undefined ? 'kept.key.served' : 'kept.key')),
      h('pre', { class: 'wrapped', 'data-testid': 'log-key' }, key),
      kept === undefined && h('div', { class: 'button-row start' }, keepKey),
    ),
    kept === undefined ? undefined : keptList(product.rp, kept, changed),
    importForm(product.rp, servedKey, changed),
    notice.element,
  );
}

function keptList(rp: string, kept: Kept, changed: () => void): HTMLElement {
  const forgetEverything = button(say('kept.forget-all'), 'quiet', { 'data-testid': 'kept-forget-all' });
  forgetEverything.addEventListener('click', () => {
    forgetAll(rp);
    changed();
  });
  const items = kept.checkpoints.map(({ keptAt, note, treeSize }) => {
    const drop = button(say('kept.forget'), 'quiet', {
      'aria-label': say('kept.forget-one', { count: treeSize }),
      'data-testid': 'kept-forget',
    });
    drop.addEventListener('click', () => {
      forget(rp, note);
      changed();
    });
    return h(
      'li',
      { 'data-testid': 'kept-checkpoint' },
      h('span', {}, say('kept.size', { count: treeSize }), ' · ', timeElement(keptAt)),
      drop,
    );
  });
  const written = exported(kept);
  return h(
    'div',
    { class: 'stack' },
    kept.checkpoints.length === 0 ? undefined : h('ul', { class: 'kept' }, ...items),
    h(
      'details',
      {},
      h('summary', {}, say('kept.export')),
      h('pre', { class: 'wrapped', 'data-testid': 'kept-text' }, written),
    ),
    h(
      'div',
      { class: 'button-row start' },
      copyButton(say('kept.copy'), text('action.copied'), written, { 'data-testid': 'kept-copy' }),
      forgetEverything,
    ),
  );
}

function importForm(rp: string, servedKey: string, changed: () => void): HTMLElement {
  const id = uniqueId('import');
  const area = h('textarea', { id, rows: 6, spellcheck: 'false', 'data-testid': 'kept-import' });
  const notice = createNotice('import-notice');
  const submit = button(say('kept.import.button'), 'secondary', {
    type: 'submit',
    'data-testid': 'kept-import-button',
  });
  const form = h(
    'form',
    { class: 'stack' },
    h('div', { class: 'field' }, h('label', { for: id }, say('kept.import')), area),
    notice.element,
    h('div', { class: 'button-row start' }, submit),
  );
  onSubmit(form, submit, notice, async () => {
    const count = await takeIn(rp, area.value, servedKey).catch((error: unknown) => {
      throw error instanceof NoteInvalid ? new Error(noteText(error)) : error;
    });
    toast(say('kept.imported', { count }));
    changed();
  });
  return form;
}
