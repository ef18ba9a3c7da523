import type { Clock } from '../../application/ports/clock.js';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { LivenessProvider, LivenessProviders } from '../../application/ports/liveness.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Settings } from '../config/settings.js';
import type { SumsubCredentials } from '../config/sumsub-settings.js';
import { outgoingUrl } from '../http/outgoing-url.js';
import { LivenessSimulator } from './simulator.js';
import { SumsubClient } from './sumsub/sumsub-client.js';
import { SumsubLiveness } from './sumsub/sumsub-liveness.js';

const SANDBOX = 'sbx:';

/** Which provider checks whose faces, by policy and settings. */
export class ConfiguredLiveness implements LivenessProviders {
  /** Null in production, which has none. */
  readonly simulator: LivenessSimulator | null;
  readonly sandboxCounts: boolean;
  private readonly sumsub = new Map<string, SumsubLiveness>();

  constructor(
    private readonly settings: Settings,
    clock: Clock,
    ephemeral: EphemeralStore,
    origin: string,
  ) {
    this.sandboxCounts = settings.environment === 'development';
    this.simulator = this.sandboxCounts ? new LivenessSimulator(ephemeral, origin) : null;
    const baseUrl = outgoingUrl(settings.sumsub.baseUrl, 'Sumsub');
    for (const [product, credentials] of settings.sumsub.products) {
      const client = new SumsubClient({ baseUrl, credentials }, clock);
      this.sumsub.set(product, new SumsubLiveness(client, credentials.appToken.startsWith(SANDBOX)));
    }
  }

  of({ reset, slug }: RelyingParty): LivenessProvider | undefined {
    if (reset?.provider === 'simulator') return this.simulator ?? undefined;
    return reset?.provider === 'sumsub' ? this.sumsub.get(slug) : undefined;
  }

  /** For what Sumsub sends us; undefined where the product has none of it. */
  sumsubOf(slug: string): SumsubCredentials | undefined {
    return this.settings.sumsub.products.get(slug);
  }
}
