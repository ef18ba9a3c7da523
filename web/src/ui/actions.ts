import type { Notice } from './notice.js';

/**
 * Runs an action at a time for this button: the button shows that it works and keeps its focus, and what the
 * action throws is said in the notice.
 */
export async function runBusy(
  button: HTMLButtonElement,
  notice: Notice,
  act: () => Promise<void>,
): Promise<void> {
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  notice.clear();
  try {
    await act();
  } catch (error) {
    notice.show(error);
  } finally {
    button.ariaBusy = null;
  }
}

export function onPress(button: HTMLButtonElement, notice: Notice, act: () => Promise<void>): void {
  button.addEventListener('click', () => void runBusy(button, notice, act));
}

export function onSubmit(
  form: HTMLFormElement,
  button: HTMLButtonElement,
  notice: Notice,
  act: () => Promise<void>,
): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void runBusy(button, notice, act);
  });
}
