import { NAME_MAXIMUM, nameLength } from './passkey-name.js';
import { text } from '../../texts/texts.js';
import { onSubmit } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { h, uniqueId } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';

interface RenameHandlers {
  save(name: string): Promise<void>;
  cancel(): void;
}

/** Renames in place. Enter saves, Escape leaves. */
export function renameForm(
  current: string,
  handlers: RenameHandlers,
): {
  element: HTMLFormElement;
  input: HTMLInputElement;
} {
  const id = uniqueId('rename');
  const input = h('input', {
    id,
    value: current,
    autocomplete: 'off',
    'aria-describedby': `${id}-count`,
    'data-testid': 'rename-input',
  });
  const count = h('p', { class: 'hint', id: `${id}-count`, 'data-testid': 'rename-count' });
  const notice = createNotice('rename-notice');
  const save = button(text('action.save'), 'primary', { type: 'submit', 'data-testid': 'rename-save' });
  const cancel = button(text('action.cancel'), 'secondary', { 'data-testid': 'rename-cancel' });
  const element = h(
    'form',
    { class: 'rename', novalidate: true },
    h('label', { class: 'visually-hidden', for: id }, text('rename.label')),
    h('div', { class: 'rename-line' }, input, save, cancel),
    count,
    notice.element,
  );

  const countCharacters = (): void => {
    const length = nameLength(input.value);
    count.textContent = text('rename.count', { count: length, max: NAME_MAXIMUM });
    input.ariaInvalid = String(length === 0 || length > NAME_MAXIMUM);
  };
  input.addEventListener('input', countCharacters);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') handlers.cancel();
  });
  cancel.addEventListener('click', () => handlers.cancel());
  onSubmit(element, save, notice, async () => {
    const length = nameLength(input.value);
    if (length === 0 || length > NAME_MAXIMUM) {
      input.focus();
      throw new Error(text(length === 0 ? 'rename.empty' : 'rename.too-long', { max: NAME_MAXIMUM }));
    }
    await handlers.save(input.value.trim());
  });
  countCharacters();
  return { element, input };
}
