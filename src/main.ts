import 'reflect-metadata';
import { readSettings } from './infrastructure/config/settings.js';
import { welcome } from './infrastructure/welcome.js';
import type { RunningServer } from './server.js';
import { startServer } from './server.js';

/** In ms: whoever stops a process kills it after half a minute. */
const GRACE = 25_000;

try {
  const server = await startServer(readSettings(process.env));
  process.stdout.write(await welcome(server.service));
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      void end(server);
    });
  }
} catch (error) {
  process.stderr.write(`latchkey did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** What a store or a gateway keeps from its end by not answering is left, for all of it outlives a crash as well. */
async function end({ closing, service: { logger } }: RunningServer): Promise<void> {
  setTimeout(() => {
    logger.error(
      { unfinished: closing.unfinished },
      'the process ends before everything has come to its end',
    );
    process.exit(1);
  }, GRACE);
  await closing.run();
  process.exit(0);
}
