import 'reflect-metadata';
import { readSettings } from './infrastructure/config/settings.js';
import { welcome } from './infrastructure/welcome.js';
import { startServer } from './server.js';

try {
  const server = await startServer(readSettings(process.env));
  process.stdout.write(await welcome(server.service));
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      void server.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`latchkey did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
