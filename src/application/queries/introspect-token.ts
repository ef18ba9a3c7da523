import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { EnrolledAccount } from '../../domain/account/state.js';
import { stoppedUntil } from '../../domain/account/rules/cooling-off.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { actionNamed } from '../../domain/policy/relying-party.js';
import { accountStream } from '../accounts/account-address.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import { AccountRepository } from '../accounts/account-repository.js';
import type { AskedLevel, AuthenticationLevel } from '../accounts/authentication-level.js';
import { levelOf, satisfies } from '../accounts/authentication-level.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Keyring } from '../ports/keyring.js';
import { KEYRING } from '../ports/keyring.js';
import type { SignInToken, StepUpToken, Token, Tokens } from '../ports/tokens.js';
import { TOKENS } from '../ports/tokens.js';

/** `active` null where it isn't; `sufficient` where nothing stronger or fresher is asked for than was shown. */
export interface Introspected {
  readonly active: Token | null;
  readonly level: AuthenticationLevel | null;
  readonly sufficient: boolean;
}

const INACTIVE: Introspected = { active: null, level: null, sufficient: true };

/** An active token, or null: why it isn't active is nobody's to learn (RFC 7662 §2.2). */
export class IntrospectTokenQuery extends Query<Introspected> {
  constructor(
    readonly policy: RelyingParty,
    readonly body: {
      readonly token: string;
      readonly action?: string;
      readonly parameters?: Readonly<Record<string, unknown>>;
    },
    readonly asked: AskedLevel,
  ) {
    super();
  }
}

/** Asks the account's own stream, tail and all: a redeemed token is inactive from that moment on. */
@QueryHandler(IntrospectTokenQuery)
export class IntrospectTokenHandler implements IQueryHandler<IntrospectTokenQuery> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly accounts: AccountRepository,
    private readonly proofs: StepUpProofs,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(TOKENS) private readonly tokens: Tokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ policy, body, asked }: IntrospectTokenQuery): Promise<Introspected> {
    const now = this.clock.now();
    const active = await this.activeToken(policy, body, now);
    if (active === null) return INACTIVE;
    const level = levelOf(active.methods);
    const shown = { level, authenticatedAt: active.authenticatedAt };
    return { active, level, sufficient: satisfies(asked, shown, now) };
  }

  private async activeToken(
    policy: RelyingParty,
    body: IntrospectTokenQuery['body'],
    now: number,
  ): Promise<Token | null> {
    const token = await this.tokens.verify(body.token, policy.slug, now);
    if (token === undefined) return null;
    const account = await this.account(policy, token);
    if (account?.securityEpoch !== token.securityEpoch) return null;
    if (token.kind === 'sign-in') {
      const isAsked = body.action === undefined && body.parameters === undefined;
      return isAsked && isStillOpen(account, token) ? token : null;
    }
    if (!(await this.namesTheSame(policy, body, token, now))) return null;
    const passed = account.stepUps.find((stepUp) => stepUp.stepUpId === token.stepUpId);
    if (passed === undefined || passed.consumed) return null;
    // What began to stop the action after it was approved stops it: it would not be redeemed either.
    const action = actionNamed(policy, token.action);
    return action !== undefined && stoppedUntil(account, action, now) === undefined ? token : null;
  }

  private async namesTheSame(
    policy: RelyingParty,
    body: IntrospectTokenQuery['body'],
    token: StepUpToken,
    now: number,
  ): Promise<boolean> {
    if (body.action !== undefined && body.action !== token.action) return false;
    if (body.parameters === undefined) return true;
    const named = { accountId: token.accountId, action: token.action, parameters: body.parameters };
    return (await this.proofs.read(body.token, policy, named, now)) !== undefined;
  }

  private async account(policy: RelyingParty, token: Token): Promise<EnrolledAccount | undefined> {
    const subject = await this.directory.subjectOfAccount(policy.slug, token.accountId);
    if (subject === undefined) return undefined;
    const stream = accountStream({ rp: policy.slug, subject });
    const key = await this.keyring.find(subject);
    if (key === undefined) return undefined;
    const loaded = await this.accounts.current(stream, key);
    return loaded.state.status === 'enrolled' ? loaded.state : undefined;
  }
}

/** A session ends with the passkey that opened it, and with the device that it was opened on. */
function isStillOpen(account: EnrolledAccount, { passkeyId, deviceId }: SignInToken): boolean {
  const passkey = account.passkeys.find((candidate) => candidate.passkeyId === passkeyId);
  return (
    (passkeyId === null || passkey?.status === 'active') &&
    (deviceId === null || account.devices.some((device) => device.deviceId === deviceId))
  );
}
