import type { Device } from '../device.js';
import type {
  AuthenticationCeremony,
  AuthenticationResponseJSON,
  DemoAccount,
  OutboxMessage,
  Parameters,
  SignInOutcome,
} from './contract.js';
import { HttpApi } from './http.js';

const http = new HttpApi();

/** The part that a product's own backend plays, played by the service in development mode. */
export class DemoApi {
  readonly #base: string;

  constructor(readonly rp: string) {
    this.#base = `/dev/demo/${encodeURIComponent(rp)}`;
  }

  createAccount(account: DemoAccount): Promise<{ accountId: string; portalUrl: string }> {
    return http.command('POST', `${this.#base}/accounts`, account);
  }

  startSignIn(device: Device, accountId?: string): Promise<AuthenticationCeremony> {
    return http.command('POST', `${this.#base}/sign-ins`, {
      ...(accountId === undefined ? {} : { accountId }),
      device,
    });
  }

  verifySignIn(ceremonyId: string, credential: AuthenticationResponseJSON): Promise<SignInOutcome> {
    return http.command('POST', `${this.#base}/sign-ins/${encodeURIComponent(ceremonyId)}/verify`, {
      credential,
    });
  }

  redeem(body: {
    token: string;
    accountId: string;
    action: string;
    parameters: Parameters;
  }): Promise<{ redeemed: true }> {
    return http.command('POST', `${this.#base}/redeem`, body);
  }
}

/** Newest first. @param to an address or a phone number; empty for all */
export async function readOutbox(to: string): Promise<readonly OutboxMessage[]> {
  const filter = to === '' ? '' : `?to=${encodeURIComponent(to)}`;
  const { messages } = await http.query<{ messages: readonly OutboxMessage[] }>(`/dev/outbox${filter}`);
  return messages;
}
