import type { Device, FailureReport } from '@latchkey/browser';
import type {
  AuthenticationCeremony,
  AuthenticationResponseJSON,
  CodeFactor,
  CollectedSignIn,
  DemoAccount,
  DemoHome,
  Diagnosis,
  FallbackFactor,
  OutboxMessage,
  Parameters,
  SecurityCheck,
  SignInOutcome,
  StartedRecovery,
  WaitingSignIn,
} from './contract.js';
import { HttpApi } from './http.js';

const http = new HttpApi();

/** Whom a sign-in is for: a user ID, an email address or a phone number. */
export interface NamedUser {
  readonly identifier?: string;
}

/** The part that a product's own backend plays, played by the service in development mode. */
export class DemoApi {
  readonly #base: string;

  constructor(readonly rp: string) {
    this.#base = `/dev/demo/${encodeURIComponent(rp)}`;
  }

  createAccount(account: DemoAccount): Promise<{ accountId: string; position: string }> {
    return http.command('POST', `${this.#base}/accounts`, account);
  }

  /** @param after a position of before, which the answer is to reflect */
  home(accountId: string, after?: string): Promise<DemoHome> {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    return http.query(`${this.#base}/accounts/${encodeURIComponent(accountId)}${query}`);
  }

  /** The address opens once, within a minute. */
  async portalLink(accountId: string, entryPoint: string): Promise<string> {
    const path = `${this.#base}/accounts/${encodeURIComponent(accountId)}/portal-links`;
    const { url } = await http.command<{ url: string }>('POST', path, { entryPoint });
    return url;
  }

  /** @param named nobody, for a sign-in without a user name */
  startSignIn(device: Device, named: NamedUser = {}): Promise<AuthenticationCeremony> {
    return http.command('POST', `${this.#base}/sign-ins`, { ...named, device });
  }

  verifySignIn(ceremonyId: string, credential: AuthenticationResponseJSON): Promise<SignInOutcome> {
    return http.command('POST', `${this.#base}/sign-ins/${encodeURIComponent(ceremonyId)}/verify`, {
      credential,
    });
  }

  product(): Promise<{ fallbacks: readonly FallbackFactor[] }> {
    return http.query(this.#base);
  }

  /** Answered alike whoever is named. */
  startFallback(identifier: string, factor: FallbackFactor, device: Device): Promise<{ checkId: string }> {
    return http.command('POST', `${this.#base}/sign-ins/fallback`, { identifier, factor, device });
  }

  verifyFallback(checkId: string, code: string): Promise<SignInOutcome> {
    return http.command('POST', `${this.#base}/sign-ins/fallback/${encodeURIComponent(checkId)}/verify`, {
      code,
    });
  }

  /** The product checks the password by itself and gives its word for it. */
  verifyPassword(checkId: string, identifier: string, password: string): Promise<SignInOutcome> {
    const path = `${this.#base}/sign-ins/fallback/${encodeURIComponent(checkId)}/password`;
    return http.command('POST', path, { identifier, password });
  }

  startRecoveryCheck(accountId: string, factor: CodeFactor): Promise<SecurityCheck> {
    const path = `${this.#base}/accounts/${encodeURIComponent(accountId)}/recovery-checks`;
    return http.command('POST', path, { factor });
  }

  recoverSignIn(
    { accountId, approvalId, approvalSecret }: WaitingSignIn,
    proof: { readonly checkId: string; readonly code: string } | { readonly password: string },
  ): Promise<StartedRecovery> {
    const account = `${this.#base}/accounts/${encodeURIComponent(accountId)}`;
    const path = `${account}/sign-in-approvals/${encodeURIComponent(approvalId)}/recovery`;
    return http.command('POST', path, proof, { 'Approval-Secret': approvalSecret });
  }

  collectSignIn({ approvalId, approvalSecret }: WaitingSignIn): Promise<CollectedSignIn> {
    const path = `${this.#base}/sign-in-approvals/${encodeURIComponent(approvalId)}`;
    return http.query(path, { 'Approval-Secret': approvalSecret });
  }

  /** What the service makes of a failed sign-in; nothing where it has no opinion. */
  async diagnose(ceremonyId: string, failure: FailureReport, device: Device): Promise<Diagnosis | undefined> {
    const path = `${this.#base}/ceremonies/${encodeURIComponent(ceremonyId)}/failures`;
    try {
      return await http.command<Diagnosis>('POST', path, { ...failure, device });
    } catch {
      return undefined;
    }
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

export type LivenessVerdict = 'passed' | 'retry' | 'final';

/** What the provider of the face check would say of a reset, said by whoever presses the button. */
export function giveVerdict(resetId: string, verdict: LivenessVerdict): Promise<object> {
  return http.command('POST', `/dev/liveness/${encodeURIComponent(resetId)}`, { verdict });
}

/** Newest first. @param to an address or a phone number; empty for all */
export async function readOutbox(to: string): Promise<readonly OutboxMessage[]> {
  const filter = to === '' ? '' : `?to=${encodeURIComponent(to)}`;
  const { messages } = await http.query<{ messages: readonly OutboxMessage[] }>(`/dev/outbox${filter}`);
  return messages;
}
