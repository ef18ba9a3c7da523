import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { Capability, Transport } from '../../domain/account/events.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { PasskeyView } from '../accounts/passkey-view.js';
import type { AccountKey } from '../ports/keyring.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import type { PasskeyProviders } from '../ports/webauthn.js';
import { PASSKEY_PROVIDERS } from '../ports/webauthn.js';
import { passkeyList, passkeyNameContext } from '../projections/passkey-list.js';
import type { Row } from '../projections/projection.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, numberOrNull, openText, textOf } from './sealed-column.js';

export interface PasskeyListView {
  readonly passkeys: readonly PasskeyView[];
  readonly policy: { readonly max: number; readonly removal: 'with-proof' | 'reset-only' };
}

export class ListPasskeysQuery extends Query<Reading<PasskeyListView>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
  ) {
    super();
  }
}

@QueryHandler(ListPasskeysQuery)
export class ListPasskeysHandler implements IQueryHandler<ListPasskeysQuery> {
  constructor(
    private readonly reader: AccountReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(PASSKEY_PROVIDERS) private readonly providers: PasskeyProviders,
  ) {}

  execute(query: ListPasskeysQuery): Promise<Reading<PasskeyListView>> {
    const { policy } = query;
    return this.reader.read(query, passkeyList.name, async ({ subject, key }) => {
      const rows = await this.readModels.list(passkeyList.name, {
        table: passkeyList.name,
        where: { rp: policy.slug, subject },
        orderBy: 'revision',
      });
      return {
        passkeys: rows.map((row) => this.view(row, key)),
        policy: { max: policy.passkeys.maximum, removal: policy.passkeys.removal },
      };
    });
  }

  private view(row: Row, key: AccountKey | undefined): PasskeyView {
    const passkeyId = as<PasskeyId>(textOf(row, 'passkey_id'));
    return {
      passkeyId,
      name: openText(row, 'name', passkeyNameContext(passkeyId), key) ?? '',
      createdAt: numberOf(row, 'created_at'),
      lastUsedAt: numberOrNull(row, 'last_used_at'),
      provider: this.providers.nameOf(textOf(row, 'aaguid')),
      capabilities: JSON.parse(textOf(row, 'capabilities')) as readonly Capability[],
      transports: JSON.parse(textOf(row, 'transports')) as readonly Transport[],
      synced: numberOf(row, 'backed_up') === 1,
      status: textOf(row, 'status') === 'suspended' ? 'suspended' : 'active',
    };
  }
}
