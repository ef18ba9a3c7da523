import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ACCOUNT_EVENTS } from '../../codec/account-events.js';
import { AUDIT_EVENTS } from '../../codec/audit-events.js';
import { ERASURE_EVENTS } from '../../codec/erasure-events.js';
import { renderEventCatalogue } from '../../codec/event-catalogue.js';
import { restReferences } from './references.js';

/** `npm run docs`: writes every generated page under the folder that is named, by default the current one. */
const [folder = '.'] = process.argv.slice(2);
const references = [
  ...(await restReferences()),
  {
    file: 'docs/event-catalogue.md',
    text: renderEventCatalogue({ ...ACCOUNT_EVENTS, ...AUDIT_EVENTS, ...ERASURE_EVENTS }),
  },
];
for (const { file, text } of references) {
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  process.stdout.write(`wrote ${target}\n`);
}
