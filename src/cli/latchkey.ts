import 'reflect-metadata';
import { Command } from 'commander';
import { exportKeysCommand, importKeysCommand } from './account-keys.js';
import { exportEventsCommand, importEventsCommand } from './events.js';
import { exportJobsCommand, importJobsCommand } from './moved-jobs.js';
import { jobsCommand } from './jobs.js';
import { keysCommand } from './keys.js';
import { masterKeyCommand } from './master-key.js';
import { receiversCommand } from './receivers.js';
import { projectionsCommand } from './projections.js';
import { exportServiceCommand, importServiceCommand } from './moved-service.js';
import { signingKeysCommand } from './signing-keys.js';

const program = new Command('latchkey')
  .description('Operates a Latchkey data folder. LATCHKEY_DATA names it (default ./data).')
  .addCommand(keysCommand())
  .addCommand(signingKeysCommand())
  .addCommand(masterKeyCommand())
  .addCommand(projectionsCommand())
  .addCommand(jobsCommand())
  .addCommand(receiversCommand())
  .addCommand(exportEventsCommand())
  .addCommand(importEventsCommand())
  .addCommand(exportKeysCommand())
  .addCommand(importKeysCommand())
  .addCommand(exportServiceCommand())
  .addCommand(importServiceCommand())
  .addCommand(exportJobsCommand())
  .addCommand(importJobsCommand())
  .showHelpAfterError();

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
