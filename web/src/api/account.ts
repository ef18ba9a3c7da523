import type { Device, FailureReport } from '@latchkey/browser';
import type {
  AccountState,
  AuthenticationResponseJSON,
  CodeFactor,
  DeviceCheck,
  Diagnosis,
  FactorChoice,
  Grant,
  HistoryEntry,
  HistoryPage,
  Parameters,
  Passkey,
  PasskeyList,
  Registered,
  RegistrationCeremony,
  RegistrationProof,
  RegistrationResponseJSON,
  ResetState,
  SecurityCheck,
  SignInApproval,
  Signals,
  Situation,
  StartedReset,
  StepUp,
  StepUpProof,
  Storage,
  TrustedDevice,
} from './contract.js';
import type { CommandMethod, HttpApi } from './http.js';

const HISTORY_LENGTH = 30;

/** The calls about one account. Each query waits for the last command this page sent. */
export class AccountApi {
  readonly #base: string;
  #position: string | undefined;

  constructor(
    private readonly http: HttpApi,
    private readonly rp: string,
    readonly accountId: string,
  ) {
    this.#base = `/v1/${encodeURIComponent(rp)}/accounts/${encodeURIComponent(accountId)}`;
  }

  passkeys(): Promise<PasskeyList> {
    return this.#query('/passkeys');
  }

  state(): Promise<AccountState> {
    return this.#query('');
  }

  /** @param replaces the open reset that gives way: its secret was lost with the window that it was handed to */
  requestReset(device: Device, replaces?: string): Promise<StartedReset> {
    return this.#command('POST', '/resets', { device, ...(replaces !== undefined && { replaces }) });
  }

  reset(resetId: string): Promise<ResetState> {
    return this.#query(`/resets/${encodeURIComponent(resetId)}`);
  }

  /** Without a proof by an old passkey the service answers `step-up-required`. */
  stopReset(resetId: string, how: 'cancel' | 'dispute', stepUpToken?: string): Promise<object> {
    return this.#command(
      'POST',
      `/resets/${encodeURIComponent(resetId)}/${how}`,
      undefined,
      shown(stepUpToken),
    );
  }

  /** The reset that was completed last, as far as the latest history tells. */
  async lastCompletedReset(): Promise<string | undefined> {
    const entry = (await this.history())?.find(({ type }) => type === 'LivenessResetCompleted');
    const resetId = entry?.data?.['resetId'];
    return typeof resetId === 'string' ? resetId : undefined;
  }

  /** @param deviceToken of the device that asks, which is then marked in the list */
  async devices(deviceToken: string | undefined): Promise<readonly TrustedDevice[]> {
    const headers = deviceToken === undefined ? {} : { 'Device-Token': deviceToken };
    return (await this.#query<{ devices: readonly TrustedDevice[] }>('/devices', headers)).devices;
  }

  /** Without a proof the service answers `step-up-required`. */
  removeDevice(deviceId: string, stepUpToken?: string): Promise<object> {
    return this.#command('DELETE', `/devices/${encodeURIComponent(deviceId)}`, undefined, shown(stepUpToken));
  }

  /** Sign-ins that wait for a trusted device; none where they can't be told. */
  async openApprovals(): Promise<readonly SignInApproval[]> {
    try {
      const path = '/sign-in-approvals?status=open';
      return (await this.#query<{ approvals: readonly SignInApproval[] }>(path)).approvals;
    } catch {
      return [];
    }
  }

  /** Approving takes a proof: without one the service answers `step-up-required`. */
  decideApproval(
    approvalId: string,
    decision: { decision: 'approve' | 'deny'; matchNumber?: string; device: Device },
    stepUpToken?: string,
  ): Promise<object> {
    const path = `/sign-in-approvals/${encodeURIComponent(approvalId)}`;
    return this.#command('POST', path, decision, shown(stepUpToken));
  }

  checkDevice(device: Device, entryPoint: string): Promise<DeviceCheck> {
    return this.#command('POST', '/device-checks', { device, entryPoint });
  }

  factors(purpose: 'bind-passkey' | 'step-up'): Promise<FactorChoice> {
    return this.#query(`/factors?purpose=${purpose}`);
  }

  startSecurityCheck(body: {
    factor: CodeFactor;
    purpose: 'bind-passkey' | 'step-up';
    stepUpId?: string;
  }): Promise<SecurityCheck> {
    return this.#command('POST', '/security-checks', body);
  }

  verifySecurityCheck(checkId: string, code: string): Promise<Grant> {
    return this.#command('POST', `/security-checks/${encodeURIComponent(checkId)}/verify`, { code });
  }

  /** @param vouching the proof of an `add-passkey` step-up by a passkey that the account has */
  startRegistration(
    body: RegistrationProof & { device: Device; entryPoint: string; storage?: Storage },
    vouching?: string,
  ): Promise<RegistrationCeremony> {
    return this.#command('POST', '/passkeys/registrations', body, shown(vouching));
  }

  register(ceremonyId: string, credential: RegistrationResponseJSON): Promise<Registered> {
    return this.#command('POST', '/passkeys', { ceremonyId, credential });
  }

  rename(passkeyId: string, name: string): Promise<{ passkey: Passkey }> {
    return this.#command('PATCH', `/passkeys/${encodeURIComponent(passkeyId)}`, { name });
  }

  /** Without a proof the service answers `step-up-required`, naming the step-up to open. */
  remove(passkeyId: string, stepUpToken?: string): Promise<{ signals?: Signals }> {
    return this.#command(
      'DELETE',
      `/passkeys/${encodeURIComponent(passkeyId)}`,
      undefined,
      shown(stepUpToken),
    );
  }

  startStepUp(action: string, parameters: Parameters, device: Device): Promise<StepUp> {
    return this.#command('POST', '/step-ups', { action, parameters, device });
  }

  verifyStepUp(
    stepUpId: string,
    proof: { credential?: AuthenticationResponseJSON; grant?: string },
  ): Promise<StepUpProof> {
    return this.#command('POST', `/step-ups/${encodeURIComponent(stepUpId)}/verify`, proof);
  }

  /** What the service makes of a failed prompt; nothing where it has no opinion. */
  async diagnose(ceremonyId: string, failure: FailureReport, device: Device): Promise<Diagnosis | undefined> {
    const path = `/v1/${encodeURIComponent(this.rp)}/ceremonies/${encodeURIComponent(ceremonyId)}/failures`;
    try {
      return await this.http.command<Diagnosis>('POST', path, { ...failure, device });
    } catch {
      return undefined;
    }
  }

  diagnoseSituation(situation: Situation, device: Device): Promise<Diagnosis> {
    return this.#command('POST', '/diagnoses', { situation, device });
  }

  /** The latest entries, newest first; nothing where the session may not read them. */
  async history(): Promise<readonly HistoryEntry[] | undefined> {
    try {
      let page = await this.#query<HistoryPage>('/history');
      let latest = page.events;
      while (page.next !== undefined) {
        page = await this.#query<HistoryPage>(`/history?cursor=${page.next}`);
        latest = [...latest, ...page.events].slice(-HISTORY_LENGTH);
      }
      return latest.slice(-HISTORY_LENGTH).reverse();
    } catch {
      return undefined;
    }
  }

  #query<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const separator = path.includes('?') ? '&' : '?';
    const after =
      this.#position === undefined ? '' : `${separator}after=${encodeURIComponent(this.#position)}`;
    return this.http.query<T>(`${this.#base}${path}${after}`, headers);
  }

  async #command<T>(
    method: CommandMethod,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> {
    const answer = await this.http.command<T & { position?: string }>(
      method,
      `${this.#base}${path}`,
      body,
      headers,
    );
    this.#position = answer.position ?? this.#position;
    return answer;
  }
}

function shown(stepUpToken: string | undefined): Readonly<Record<string, string>> {
  return stepUpToken === undefined ? {} : { 'Step-Up-Token': stepUpToken };
}
