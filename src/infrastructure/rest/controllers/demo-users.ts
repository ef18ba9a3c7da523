import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { AccountDirectory } from '../../../application/accounts/account-directory.js';
import { ContactNames } from '../../../application/accounts/contact-names.js';
import { KnownAccounts } from '../../../application/accounts/known-accounts.js';
import { as } from '../../../domain/kernel/ids.js';
import type { RelyingParty } from '../../../domain/policy/relying-party.js';
import { RelyingParties } from '../../config/relying-parties.js';
import { mayBeOwnPage } from '../../web/own-page.js';
import { admit } from '../caller.js';
import { Refused } from '../problem.js';

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
  ) {}

  /** The demo backend calls as any backend would; it holds no word that could stand for a proof. @throws Refused */
  actAsBackend(request: FastifyRequest, rp: string): RelyingParty {
    // Our own page alone may speak to it: another site's page in the same browser may not.
    if (!mayBeOwnPage(request)) throw new Refused('request-foreign');
    const policy = this.relyingParties.find(as(rp));
    if (policy === undefined) throw new Refused('relying-party-not-found');
    const caller = { kind: 'backend', id: 'demo', scopes: ['accounts', 'sign-in', 'step-up'] } as const;
    admit(request, { caller, policy, correlationId: randomUUID() });
    return policy;
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
