import { text } from '../texts/texts.js';
import { focusOn, h, replaceContent, uniqueId } from './dom.js';
import type { Child } from './dom.js';
import { icon } from './icons.js';

/** A modal of steps: each step replaces the one before and takes the focus. */
export interface FlowDialog {
  readonly closed: Promise<void>;
  readonly isOpen: boolean;
  /** Shows a step under its heading; `focus` gets the keyboard, or else the heading. */
  show(step: { title: string; content: readonly Child[]; focus?: HTMLElement }): void;
  close(): void;
}

/** For a page that gives way to another: no flow of the old one may stay on top. */
export function closeEveryDialog(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

/** `header` stays above every step. Closing by Escape or by the cross ends whatever the flow waits for. */
export function openDialog(testId: string, header?: HTMLElement): FlowDialog {
  const titleId = uniqueId('dialog-title');
  const title = h('h2', { id: titleId });
  const content = h('div', { class: 'dialog-content' });
  const cross = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': text('action.close'),
      'data-testid': 'dialog-close',
    },
    icon('close'),
  );
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': titleId, 'data-testid': testId },
    h('div', { class: 'dialog-head' }, title, cross),
    header,
    content,
  );
  const closed = new Promise<void>((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve();
    });
  });
  cross.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return {
    closed,
    get isOpen() {
      return dialog.open;
    },
    show: (step) => {
      title.textContent = step.title;
      replaceContent(content, ...step.content);
      focusOn(step.focus ?? title);
    },
    close: () => dialog.close(),
  };
}
