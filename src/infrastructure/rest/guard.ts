import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { as } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { RelyingParties } from '../config/relying-parties.js';
import { timeOrderedUuid } from '../keys/uuid.js';
import type { ApiKey } from '../service/api-keys.js';
import { ConsoleSessions } from '../web/console-sessions.js';
import { PortalSessions } from '../web/portal-sessions.js';
import type { CallDescription } from './call.js';
import { CALL } from './call.js';
import type { Admission } from './caller.js';
import { admit } from './caller.js';
import { KeyAdmission } from './key-admission.js';
import { Refused } from './problem.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * Admits a call or refuses it: by the key's relying party and scope, whether the key is shown or a session of the console
 * stands for it; or by a page's session for its own account.
 */
@Injectable()
export class CallGuard implements CanActivate {
  /** Descriptions by route handler: reading metadata with each request costs as much as the rest of admitting it. */
  private readonly calls = new Map<Handler, CallDescription>();

  constructor(
    private readonly reflector: Reflector,
    @Inject(RelyingParties) private readonly relyingParties: RelyingParties,
    private readonly admission: KeyAdmission,
    @Inject(PortalSessions) private readonly sessions: PortalSessions,
    @Inject(ConsoleSessions) private readonly consoles: ConsoleSessions,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    refuseForms(request);
    const call = this.callOf(execution.getHandler());
    // A route without a description is one of those that need no key: health, documents, pages.
    if (call === undefined) return true;
    const judgeAgain = (): Promise<Admission> => this.judge(request, call);
    const { caller, policy } = await judgeAgain();
    admit(request, { caller, policy, correlationId: timeOrderedUuid(), judgeAgain });
    return true;
  }

  private async judge(request: FastifyRequest, call: CallDescription): Promise<Admission> {
    const { rp = '' } = request.params as { rp?: string };
    if (request.headers['latchkey-portal'] !== undefined) return this.page(request, rp, call);
    if (request.headers['latchkey-console'] !== undefined) return this.console(request, rp, call);
    const { key, policy } = await this.admission.admit(request.headers.authorization, rp, call.scope);
    return backend(key, policy);
  }

  private callOf(handler: Handler): CallDescription | undefined {
    const known = this.calls.get(handler);
    if (known !== undefined) return known;
    const call = this.reflector.get<CallDescription | undefined>(CALL, handler);
    if (call !== undefined) this.calls.set(handler, call);
    return call;
  }

  /** The session stands for its key, as it is now, and for no more of it than the console needs. */
  private async console(request: FastifyRequest, rp: string, call: CallDescription): Promise<Admission> {
    const session = await this.consoles.of(request);
    if (session === undefined) throw new Refused('session-missing');
    if (call.console !== true) throw new Refused('scope-missing', { scope: call.scope });
    return backend(session.key, this.admission.judge(session.key, rp, call.scope));
  }

  private async page(request: FastifyRequest, rp: string, call: CallDescription): Promise<Admission> {
    const session = await this.sessions.of(request);
    const policy = this.relyingParties.find(as(rp));
    if (session === undefined || policy === undefined) throw new Refused('session-missing');
    const { accountId } = request.params as { accountId?: string };
    // The session is for one account of one product, and for the calls that a page makes.
    if (
      call.page !== true ||
      session.rp !== rp ||
      (accountId !== undefined && accountId !== session.accountId)
    ) {
      throw new Refused('scope-missing', { scope: call.scope });
    }
    const { accountId: owner, sessionId, signInFactor } = session;
    return { caller: { kind: 'page', id: sessionId, accountId: owner, signInFactor }, policy };
  }
}

function backend({ keyId, scopes }: ApiKey, policy: RelyingParty): Admission {
  return { caller: { kind: 'backend', id: keyId, scopes }, policy };
}

/** Any site can make a browser send us a form or plain text; JSON it can't without asking first. */
function refuseForms({ headers, body }: FastifyRequest): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (body !== undefined && type !== 'application/json') throw new Refused('media-type-not-supported');
}
