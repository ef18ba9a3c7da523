import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { accountStream } from '../accounts/account-address.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import { AccountRepository } from '../accounts/account-repository.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Keyring } from '../ports/keyring.js';
import { KEYRING } from '../ports/keyring.js';
import type { StepUpToken, Token, Tokens } from '../ports/tokens.js';
import { TOKENS } from '../ports/tokens.js';

/** An active token, or null: why it isn't active is nobody's to learn (RFC 7662 §2.2). */
export class IntrospectTokenQuery extends Query<Token | null> {
  constructor(
    readonly policy: RelyingParty,
    readonly body: {
      readonly token: string;
      readonly action?: string;
      readonly parameters?: Readonly<Record<string, unknown>>;
    },
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

  async execute({ policy, body }: IntrospectTokenQuery): Promise<Token | null> {
    const now = this.clock.now();
    const token = await this.tokens.verify(body.token, policy.slug, now);
    if (token === undefined) return null;
    const account = await this.account(policy, token);
    if (account?.securityEpoch !== token.securityEpoch) return null;
    if (token.kind === 'sign-in') {
      return body.action === undefined && body.parameters === undefined ? token : null;
    }
    if (!(await this.namesTheSame(policy, body, token, now))) return null;
    const passed = account.stepUps.find((stepUp) => stepUp.stepUpId === token.stepUpId);
    return passed === undefined || passed.consumed ? null : token;
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
    const loaded = await this.accounts.refresh(stream, key, await this.accounts.load(stream, key));
    return loaded.state.status === 'enrolled' ? loaded.state : undefined;
  }
}
