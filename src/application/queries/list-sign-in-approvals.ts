import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { ApprovalId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { DeviceView } from '../accounts/device-views.js';
import { deviceView } from '../accounts/device-views.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { DeviceModels } from '../ports/device-models.js';
import { DEVICE_MODELS } from '../ports/device-models.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import type { Row } from '../projections/projection.js';
import { approvalDeviceContext, signInApprovals } from '../projections/sign-in-approvals.js';
import type { AccountQuery, ReadAccount, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, numberOrNull, openDevice, textOf } from './sealed-column.js';

export const APPROVAL_STATUSES = [
  'open',
  'recovering',
  'approved',
  'denied',
  'expired',
  'collected',
] as const;
type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** What a trusted device is shown of a sign-in that waits: never the number, which the user reads off the new one. */
export interface SignInApprovalView {
  readonly approvalId: ApprovalId;
  readonly status: ApprovalStatus;
  readonly device: DeviceView;
  readonly method: string;
  readonly requestedAt: Instant;
  /** While a recovery waits: when it counts as approved. */
  readonly approvedFrom: Instant | null;
  readonly expiresAt: Instant;
}

export interface SignInApprovalList {
  readonly approvals: readonly SignInApprovalView[];
}

/** `open` is what can still be decided, a recovery that waits included. */
export class ListSignInApprovalsQuery extends Query<Reading<SignInApprovalList>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    readonly openOnly: boolean,
  ) {
    super();
  }
}

/** The newest of all that there ever were. */
const MOST_LISTED = 50;

@QueryHandler(ListSignInApprovalsQuery)
export class ListSignInApprovalsHandler implements IQueryHandler<ListSignInApprovalsQuery> {
  constructor(
    private readonly reader: AccountReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(DEVICE_MODELS) private readonly models: DeviceModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(query: ListSignInApprovalsQuery): Promise<Reading<SignInApprovalList>> {
    return this.reader.read(query, signInApprovals.name, async (account) => {
      const rows = await this.readModels.list(signInApprovals.name, {
        table: signInApprovals.name,
        where: { rp: query.policy.slug, subject: account.subject },
        orderBy: 'requested_at',
        descending: true,
        limit: MOST_LISTED,
      });
      const approvals = rows.map((row) => this.view(row, account));
      const undecided = ({ status }: SignInApprovalView): boolean =>
        status === 'open' || status === 'recovering';
      return { approvals: query.openOnly ? approvals.filter(undecided) : approvals };
    });
  }

  private view(row: Row, { key }: ReadAccount): SignInApprovalView {
    const approvalId = as<ApprovalId>(textOf(row, 'approval_id'));
    const device = openDevice(row, 'device', approvalDeviceContext(approvalId), key);
    return {
      approvalId,
      status: this.statusOf(row),
      device: deviceView(device, this.models),
      method: textOf(row, 'method'),
      requestedAt: numberOf(row, 'requested_at'),
      approvedFrom: numberOrNull(row, 'approved_from'),
      expiresAt: numberOf(row, 'expires_at'),
    };
  }

  /** Time decides, whether or not an event has said so yet. */
  private statusOf(row: Row): ApprovalStatus {
    const stored = APPROVAL_STATUSES.find((status) => status === textOf(row, 'status')) ?? 'expired';
    const decided = stored === 'denied' || stored === 'collected';
    if (!decided && numberOf(row, 'expires_at') <= this.clock.now()) return 'expired';
    return stored;
  }
}
