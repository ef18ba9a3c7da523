import type { DynamicModule, Provider } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { COMMAND_HANDLERS, JOB_HANDLERS, QUERY_HANDLERS } from './application/handlers.js';
import type { JobHandler } from './application/jobs/job-handler.js';
import { JobHandlers } from './application/jobs/job-handler.js';
import { EventFeed } from './application/queries/event-feed.js';
import { accountProviders } from './infrastructure/account-providers.js';
import { Readiness } from './infrastructure/observability/readiness.js';
import type { Service } from './infrastructure/service.js';
import { portProviders } from './infrastructure/port-providers.js';
import { AccountsController } from './infrastructure/rest/controllers/accounts.controller.js';
import { AuditController } from './infrastructure/rest/controllers/audit.controller.js';
import { ComplianceController } from './infrastructure/rest/controllers/compliance.controller.js';
import { ConsoleController } from './infrastructure/rest/controllers/console.controller.js';
import { DemoClients } from './infrastructure/demo/demo-clients.js';
import { DemoBackendController } from './infrastructure/demo/demo-backend.controller.js';
import { DemoSignInsController } from './infrastructure/demo/demo-sign-ins.controller.js';
import { DemoUsers } from './infrastructure/demo/demo-users.js';
import { DevelopmentController } from './infrastructure/rest/controllers/development.controller.js';
import { DiagnosesController } from './infrastructure/rest/controllers/diagnoses.controller.js';
import { DevicesController } from './infrastructure/rest/controllers/devices.controller.js';
import { ErasuresController } from './infrastructure/rest/controllers/erasures.controller.js';
import { HealthController } from './infrastructure/rest/controllers/health.controller.js';
import { LivenessSimulatorController } from './infrastructure/rest/controllers/liveness-simulator.controller.js';
import { PasskeysController } from './infrastructure/rest/controllers/passkeys.controller.js';
import { PortalController } from './infrastructure/rest/controllers/portal.controller.js';
import { ResetsController } from './infrastructure/rest/controllers/resets.controller.js';
import { SecurityChecksController } from './infrastructure/rest/controllers/security-checks.controller.js';
import { SignInsController } from './infrastructure/rest/controllers/sign-ins.controller.js';
import { StepUpsController } from './infrastructure/rest/controllers/step-ups.controller.js';
import { TokensController } from './infrastructure/rest/controllers/tokens.controller.js';
import { WellKnownController } from './infrastructure/rest/controllers/well-known.controller.js';
import { WebhooksController } from './infrastructure/rest/controllers/webhooks.controller.js';
import { Dispatcher } from './infrastructure/rest/dispatcher.js';
import { CallGuard } from './infrastructure/rest/guard.js';
import { KeyAdmission } from './infrastructure/rest/key-admission.js';
import { ProblemFilter } from './infrastructure/rest/problem.filter.js';

export const API_CONTROLLERS = [
  AccountsController,
  ErasuresController,
  SecurityChecksController,
  PasskeysController,
  SignInsController,
  DevicesController,
  StepUpsController,
  ResetsController,
  TokensController,
  AuditController,
  DiagnosesController,
  ComplianceController,
  WellKnownController,
  PortalController,
  ConsoleController,
  WebhooksController,
];

/** Of every process, whatever its roles. */
export const OPERATORS_CONTROLLERS = [HealthController];

const DEVELOPMENT_CONTROLLERS = [
  DevelopmentController,
  DemoBackendController,
  DemoSignInsController,
  LivenessSimulatorController,
];

const EDGE: readonly Provider[] = [
  Readiness,
  Dispatcher,
  KeyAdmission,
  { provide: APP_GUARD, useClass: CallGuard },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

/** The service as a whole: what is kept comes in from outside, everything else is put together here. */
@Module({})
export class AppModule {
  static for(service: Service): DynamicModule {
    const serves = service.settings.roles.includes('api');
    const development = serves && service.outbox !== null;
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ...OPERATORS_CONTROLLERS,
        ...(serves ? API_CONTROLLERS : []),
        ...(development ? DEVELOPMENT_CONTROLLERS : []),
      ],
      providers: [
        ...portProviders(service),
        ...accountProviders(service.settings),
        ...COMMAND_HANDLERS,
        ...QUERY_HANDLERS,
        ...JOB_HANDLERS,
        {
          provide: JobHandlers,
          useFactory: (...handlers: JobHandler[]) => new JobHandlers(handlers),
          inject: [...JOB_HANDLERS],
        },
        EventFeed,
        ...EDGE,
        ...(development ? [DemoUsers, { provide: DemoClients, useValue: new DemoClients(service) }] : []),
      ],
    };
  }
}
