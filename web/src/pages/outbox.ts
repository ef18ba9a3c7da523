import '../styles/base.css';
import '../styles/controls.css';
import '../styles/demo.css';
import { authenticatorApp } from '../demo/authenticator-app.js';
import { text } from '../texts/texts.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { outboxMessages } from '../outbox/outbox-messages.js';

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
    authenticatorApp(),
    h('div', { class: 'card' }, messages.element),
  ),
);
messages.refresh();
