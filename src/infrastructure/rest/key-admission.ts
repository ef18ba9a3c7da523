import { Inject, Injectable } from '@nestjs/common';
import { as } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { RelyingParties } from '../config/relying-parties.js';
import type { ApiKey, Scope } from '../service/api-keys.js';
import { ApiKeys, EVERY_RELYING_PARTY } from '../service/api-keys.js';
import { Refused } from './problem.js';

/** Lets a backend in by its API key: one of this product, with this scope. */
@Injectable()
export class KeyAdmission {
  constructor(
    @Inject(RelyingParties) private readonly relyingParties: RelyingParties,
    @Inject(ApiKeys) private readonly keys: ApiKeys,
  ) {}

  /**
   * @param authorization `Bearer` and the key (RFC 6750 §2.1)
   * @throws Refused
   */
  async admit(
    authorization: string | undefined,
    rp: string,
    scope: Scope,
  ): Promise<{ key: ApiKey; policy: RelyingParty }> {
    if (authorization?.startsWith('Bearer ') !== true) throw new Refused('api-key-missing');
    const key = await this.keys.find(authorization.slice('Bearer '.length));
    if (key === undefined) throw new Refused('api-key-invalid');
    return { key, policy: this.judge(key, rp, scope) };
  }

  /**
   * What a key may do, however it was shown.
   * @throws Refused
   */
  judge(key: ApiKey, rp: string, scope: Scope): RelyingParty {
    const policy = this.relyingParties.find(as(rp));
    // A key of another product learns nothing about which products there are.
    if (policy === undefined || (key.rp !== EVERY_RELYING_PARTY && key.rp !== rp)) {
      throw new Refused('relying-party-not-found');
    }
    if (!key.scopes.includes(scope)) throw new Refused('scope-missing', { scope });
    return policy;
  }
}
