import { text } from '../texts/texts.js';
import { button } from './controls.js';
import { openDialog } from './dialog.js';
import { h } from './dom.js';

interface Danger {
  /** Begins the test ids of the dialog and its buttons. */
  readonly testId: string;
  readonly title: string;
  readonly text: string;
  readonly button: string;
}

/** Asks before something is taken away. Resolves with whether the user means it. */
export async function confirmDanger(danger: Danger): Promise<boolean> {
  const dialog = openDialog(`${danger.testId}-dialog`);
  const keep = button(text('action.cancel'), 'secondary', { 'data-testid': `${danger.testId}-cancel` });
  const go = button(danger.button, 'danger', { 'data-testid': `${danger.testId}-confirm` }, 'trash');
  keep.addEventListener('click', () => dialog.close());
  const confirmed = new Promise<true>((meant) => go.addEventListener('click', () => meant(true)));
  dialog.show({
    title: danger.title,
    content: [h('p', {}, danger.text), h('div', { class: 'button-row' }, keep, go)],
  });
  const answer = await Promise.race([dialog.closed.then(() => false), confirmed]);
  dialog.close();
  return answer;
}
