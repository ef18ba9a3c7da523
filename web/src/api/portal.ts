import type { PortalActions, PortalSession } from './contract.js';
import { HttpApi } from './http.js';

/** The one-time link's session. Its cookie is HttpOnly; the header keeps other sites' forms out. */
export class PortalApi {
  readonly http = new HttpApi({ 'Latchkey-Portal': '1' });

  /** Exchanges the link's secret, once. */
  open(secret: string): Promise<PortalSession> {
    return this.http.command('POST', '/portal/sessions', { secret });
  }

  current(): Promise<PortalSession> {
    return this.http.query('/portal/sessions/current');
  }

  close(): Promise<undefined> {
    return this.http.command('DELETE', '/portal/sessions/current');
  }

  /** What the product asks approval for, in the page's language. */
  actions(): Promise<PortalActions> {
    return this.http.query('/portal/actions');
  }
}
