import type { HistoryEntry } from '../api/contract.js';
import { isTextKey, text } from '../texts/texts.js';
import { h, replaceContent } from '../ui/dom.js';
import { timeElement } from '../ui/times.js';
import type { CenterContext } from './center-context.js';

/** The account's history, shown only where the service lets this session read it. */
export class ActivitySection {
  readonly #list = h('ol', { class: 'timeline', 'data-testid': 'activity' });
  readonly element = h(
    'section',
    { class: 'card', hidden: true, 'aria-labelledby': 'activity-title' },
    h('h2', { id: 'activity-title' }, text('activity.title')),
    h('p', { class: 'muted' }, text('activity.intro')),
    this.#list,
  );

  constructor(private readonly context: CenterContext) {}

  async refresh(): Promise<void> {
    const entries = await this.context.account.history();
    this.element.hidden = entries === undefined;
    if (entries === undefined) return;
    replaceContent(
      this.#list,
      ...(entries.length === 0
        ? [h('li', { class: 'muted' }, text('activity.none'))]
        : entries.map((entry) =>
            h('li', { 'data-testid': 'activity-entry' }, h('p', {}, entryText(entry)), timeElement(entry.at)),
          )),
    );
  }
}

function entryText({ text: said, type }: HistoryEntry): string {
  const key = `event.${type}`;
  return said ?? (isTextKey(key) ? text(key) : type);
}
