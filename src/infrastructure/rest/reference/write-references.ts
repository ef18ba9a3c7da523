import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ACCOUNT_EVENTS } from '../../codec/account-events.js';
import { renderEventCatalogue } from '../../codec/event-catalogue.js';
import { restReferences } from './references.js';

/** `npm run docs`: writes every generated page into `docs/` of the current folder. */
const references = [
  ...(await restReferences()),
  { file: 'docs/event-catalogue.md', text: renderEventCatalogue(ACCOUNT_EVENTS) },
];
for (const { file, text } of references) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`wrote ${file}\n`);
}
