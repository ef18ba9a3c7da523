import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createApp } from '../../../server.js';
import { Closing } from '../../closing.js';
import { RelyingParties } from '../../config/relying-parties.js';
import { readSettings } from '../../config/settings.js';
import { SystemClock } from '../../clock/system-clock.js';
import { BackgroundTasks } from '../../background-tasks.js';
import { openEmbeddedTier } from '../../embedded-tier.js';
import { Outbox } from '../../messaging/outbox.js';
import { CommandMetrics } from '../../observability/command-metrics.js';
import { openLoggers } from '../../observability/logger.js';
import { apiDocument } from '../api-document.js';
import { renderComplianceReports } from './compliance-reference.js';
import { readGrpcApi } from '../../grpc/api.js';
import { renderErrors } from './errors-reference.js';
import { renderGrpcParity } from './grpc-parity.js';
import { renderScopes } from './scopes-reference.js';

/** A page of `docs/` that is made from the code. */
export interface Reference {
  readonly file: string;
  readonly text: string;
}

/** The references of the REST API, from the code as it stands. */
export async function restReferences(): Promise<readonly Reference[]> {
  const document = await currentDocument();
  return [
    { file: 'docs/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` },
    { file: 'docs/errors.md', text: renderErrors() },
    { file: 'docs/compliance-reports.md', text: renderComplianceReports() },
    { file: 'docs/scopes.md', text: renderScopes(document) },
    { file: 'docs/grpc-parity.md', text: renderGrpcParity(document, readGrpcApi()) },
  ];
}

/** Puts the service together in a folder that is thrown away, and never listens. */
async function currentDocument(): Promise<OpenAPIObject> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-reference-'));
  const clock = new SystemClock();
  const settings = readSettings({
    LATCHKEY_ENV: 'development',
    LATCHKEY_DATA: folder,
    LATCHKEY_LOG: 'silent',
  });
  const { logger } = openLoggers(settings.logLevel);
  const metrics = new CommandMetrics();
  const tier = await openEmbeddedTier(settings, clock, metrics, logger);
  try {
    const relyingParties = new RelyingParties(new Map());
    const outbox = new Outbox(() => clock.now());
    const background = new BackgroundTasks(logger);
    const app = await createApp({
      settings,
      clock,
      logger,
      metrics,
      relyingParties,
      tier,
      background,
      outbox,
    });
    try {
      return apiDocument(app);
    } finally {
      await app.close();
    }
  } finally {
    await new Closing(tier.closing).run();
    rmSync(folder, { recursive: true, force: true });
  }
}
