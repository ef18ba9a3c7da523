import { text } from '../texts/texts.js';
import { closeEveryDialog } from '../ui/dialog.js';
import { focusOn, h, replaceContent } from '../ui/dom.js';
import { icon } from '../ui/icons.js';

/** Takes the place of the page when its link or its session no longer counts. */
export function showSessionEnded(page: HTMLElement): void {
  closeEveryDialog();
  const heading = h('h1', {}, text('session.ended.title'));
  replaceContent(
    page,
    h(
      'main',
      { class: 'message', 'data-testid': 'session-ended' },
      icon('shield'),
      heading,
      h('p', {}, text('session.ended.text')),
      h('p', { class: 'muted' }, text('session.ended.next')),
    ),
  );
  focusOn(heading);
}
