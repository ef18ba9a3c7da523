import { Connection } from './connection.js';
import type { Calls, CallOptions, ServiceDefinition } from './definitions.js';
import { AccountsServiceDefinition } from './generated/latchkey/v1/accounts.js';
import type { RecordedEvent } from './generated/latchkey/v1/audit.js';
import { AuditServiceDefinition } from './generated/latchkey/v1/audit.js';
import { ComplianceServiceDefinition } from './generated/latchkey/v1/compliance.js';
import { DevicesServiceDefinition } from './generated/latchkey/v1/devices.js';
import { DiagnosesServiceDefinition } from './generated/latchkey/v1/diagnoses.js';
import { PasskeysServiceDefinition } from './generated/latchkey/v1/passkeys.js';
import { PortalServiceDefinition } from './generated/latchkey/v1/portal.js';
import { ResetsServiceDefinition } from './generated/latchkey/v1/resets.js';
import { SecurityChecksServiceDefinition } from './generated/latchkey/v1/security_checks.js';
import { SignInsServiceDefinition } from './generated/latchkey/v1/sign_ins.js';
import { StepUpsServiceDefinition } from './generated/latchkey/v1/step_ups.js';
import { TokensServiceDefinition } from './generated/latchkey/v1/tokens.js';
import type { LatchkeyOptions } from './options.js';
import type { Subscription } from './subscribe-events.js';
import { subscribeEvents } from './subscribe-events.js';

/**
 * The Latchkey service, as the backend of one product calls it. Every call has the name, the request and the answer of its
 * method in `latchkey.v1`; `rp` is the client's, and so are idempotency keys and repeats.
 */
export class Latchkey {
  readonly #connection: Connection;

  readonly accounts: Calls<typeof AccountsServiceDefinition>;
  readonly securityChecks: Calls<typeof SecurityChecksServiceDefinition>;
  readonly passkeys: Calls<typeof PasskeysServiceDefinition>;
  readonly signIns: Calls<typeof SignInsServiceDefinition>;
  readonly devices: Calls<typeof DevicesServiceDefinition>;
  readonly stepUps: Calls<typeof StepUpsServiceDefinition>;
  readonly resets: Calls<typeof ResetsServiceDefinition>;
  readonly tokens: Calls<typeof TokensServiceDefinition>;
  readonly diagnoses: Calls<typeof DiagnosesServiceDefinition>;
  readonly portal: Calls<typeof PortalServiceDefinition>;
  readonly audit: Omit<Calls<typeof AuditServiceDefinition>, 'subscribeEvents'>;
  readonly compliance: Calls<typeof ComplianceServiceDefinition>;

  /** Connects with the first call. @throws TypeError where the API key would travel in the clear */
  constructor(options: LatchkeyOptions) {
    const connection = new Connection(options);
    this.#connection = connection;
    this.accounts = callsOf(connection, AccountsServiceDefinition);
    this.securityChecks = callsOf(connection, SecurityChecksServiceDefinition);
    this.passkeys = callsOf(connection, PasskeysServiceDefinition);
    this.signIns = callsOf(connection, SignInsServiceDefinition);
    this.devices = callsOf(connection, DevicesServiceDefinition);
    this.stepUps = callsOf(connection, StepUpsServiceDefinition);
    this.resets = callsOf(connection, ResetsServiceDefinition);
    this.tokens = callsOf(connection, TokensServiceDefinition);
    this.diagnoses = callsOf(connection, DiagnosesServiceDefinition);
    this.portal = callsOf(connection, PortalServiceDefinition);
    this.audit = callsOf(connection, AuditServiceDefinition);
    this.compliance = callsOf(connection, ComplianceServiceDefinition);
  }

  /**
   * The product's events in order, without gap or repeat, over as many connections as it takes, until `signal` aborts or
   * the client is closed. Keep the `position` of each event that you dealt with: it is where to go on after a restart.
   * @throws LatchkeyError where the service refuses
   */
  subscribeEvents(subscription: Subscription = {}): AsyncGenerator<RecordedEvent, void> {
    return subscribeEvents(this.#connection, subscription);
  }

  /** Ends subscriptions, and calls under way with an `AbortError`. */
  close(): void {
    this.#connection.close();
  }
}

function callsOf<Service extends ServiceDefinition>(
  connection: Connection,
  service: Service,
): Calls<Service> {
  const calls = Object.entries(service.methods).map(([name, method]) => [
    name,
    (request: object, options?: CallOptions) =>
      method.responseStream
        ? connection.stream(service, method, request, options)
        : connection.unary(service, method, request, options),
  ]);
  return Object.fromEntries(calls) as Calls<Service>;
}
