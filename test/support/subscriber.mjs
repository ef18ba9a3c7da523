import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { Latchkey } from '@latchkey/client';

/**
 * A consumer of the event stream as a backend has one: it appends a line for each event to its file, with the position, and
 * goes on after the last whole line when it is started again.
 */
const [address, rp, file] = process.argv.slice(2);
const latchkey = new Latchkey({ address, rp, apiKey: process.env.LATCHKEY_KEY });
for await (const { eventId, position } of latchkey.subscribeEvents({ after: lastPosition() })) {
  appendFileSync(file, `${eventId} ${position}\n`);
}

function lastPosition() {
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = kept.slice(0, kept.lastIndexOf('\n') + 1);
  if (whole.length < kept.length) truncateSync(file, whole.length);
  return whole.trimEnd().split('\n').at(-1)?.split(' ')[1];
}
