import { Injectable } from '@nestjs/common';
import type { CallOptions, Latchkey } from '@latchkey/client';
import type { FastifyRequest } from 'fastify';
import { AccountDirectory } from '../../application/accounts/account-directory.js';
import { ContactNames } from '../../application/accounts/contact-names.js';
import { KnownAccounts } from '../../application/accounts/known-accounts.js';
import { as } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { RelyingParties } from '../config/relying-parties.js';
import { mayBeOwnPage } from '../web/own-page.js';
import { Refused } from '../rest/problem.js';
import { DemoClients } from './demo-clients.js';

/** What the demo of a product takes for the password of each of its users. */
const DEMO_PASSWORD = 'demo-password';

/** The demo of a product as a caller, and what it knows of its users. */
@Injectable()
export class DemoUsers {
  constructor(
    private readonly relyingParties: RelyingParties,
    private readonly directory: AccountDirectory,
    private readonly names: ContactNames,
    private readonly known: KnownAccounts,
    private readonly clients: DemoClients,
  ) {}

  /** The product that our own page asks for; another site's page in the same browser may not ask. @throws Refused */
  productOf(request: FastifyRequest, rp: string): RelyingParty {
    if (!mayBeOwnPage(request)) throw new Refused('request-foreign');
    const policy = this.relyingParties.find(as(rp));
    if (policy === undefined) throw new Refused('relying-party-not-found');
    return policy;
  }

  /** What the product's backend calls the service by. @throws Refused */
  async backendOf(request: FastifyRequest, rp: string): Promise<Latchkey> {
    return this.clients.of(this.productOf(request, rp).slug);
  }

  /** Whose a user ID, an email address or a phone number is, written in any of the ways that people write it. */
  async accountNamed({ slug }: RelyingParty, name: string): Promise<string | undefined> {
    const comparable = this.names.comparable(name);
    const subject = await this.directory.subjectOfIdentifier(slug, comparable);
    const account = subject && (await this.known.bySubject(slug, subject));
    return account && this.names.namesOf(account).includes(comparable) ? account.accountId : undefined;
  }

  isPassword(typed: string): boolean {
    return typed === DEMO_PASSWORD;
  }
}

/** What a backend passes on of its page's request: the language, who the user is, and the key of a command. */
export function passedOn({ headers, ip }: FastifyRequest): CallOptions {
  const said = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [agent, language] = [said('user-agent'), said('accept-language')];
  const [idempotencyKey, approvalSecret] = [said('idempotency-key'), said('approval-secret')];
  return {
    endUser: { address: ip, ...(agent !== undefined && { agent }) },
    ...(language !== undefined && { language }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(approvalSecret !== undefined && { approvalSecret }),
  };
}
