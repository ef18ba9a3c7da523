import '../styles/base.css';
import '../styles/controls.css';
import '../styles/landing.css';
import { text } from '../texts.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { outboxMessages } from '../views/outbox-messages.js';

document.title = text('outbox.document-title');
const messages = outboxMessages(() => true);
replaceContent(
  pageRoot(),
  topBar(text('app.name'), h('a', { href: '/' }, text('outbox.home'))),
  h(
    'main',
    { class: 'page' },
    h('h1', {}, text('outbox.title')),
    h('p', { class: 'lead' }, text('outbox.text')),
    h('div', { class: 'card' }, messages.element),
  ),
);
messages.refresh();
