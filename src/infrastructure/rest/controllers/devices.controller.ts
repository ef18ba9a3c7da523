import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CollectSignInCommand } from '../../../application/commands/collect-sign-in.js';
import { DecideSignInApprovalCommand } from '../../../application/commands/decide-sign-in-approval.js';
import { RecoverSignInCommand } from '../../../application/commands/recover-sign-in.js';
import { RemoveDeviceCommand } from '../../../application/commands/remove-device.js';
import { ListDevicesQuery } from '../../../application/queries/list-devices.js';
import {
  APPROVAL_STATUSES,
  ListSignInApprovalsQuery,
} from '../../../application/queries/list-sign-in-approvals.js';
import { ZodBody } from '../body.js';
import { AFTER, Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { approvalSecretOf, commandContext, deviceTokenOf, stepUpTokenOf } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { instant, NO_DEVICE, position, presentedDevice } from '../schemas.js';

const status = z.enum(APPROVAL_STATUSES);
const deviceView = {
  name: z.string().nullable(),
  platform: z.string().nullable(),
  osVersion: z.string().nullable(),
};
const decideBody = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  matchNumber: z
    .union([z.string().max(8), z.int()])
    .transform((typed) => String(typed).trim())
    .exactOptional(),
  device: presentedDevice.exactOptional(),
});
const recoverBody = z.strictObject({ grant: z.string().max(128) });
const SECRET = { 'Approval-Secret': 'What the new device was given with `approval-required`.' };
const collected = z.object({
  status,
  accountId: z.string().optional(),
  token: z.string().optional(),
  deviceToken: z.string().optional(),
  approvedFrom: instant.optional(),
  expiresAt: instant,
  position,
});

@ApiTags('devices')
@Controller('v1/:rp')
export class DevicesController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'GET',
    path: 'accounts/:accountId/devices',
    summary: 'The devices that the account trusts.',
    scope: 'passkeys',
    page: true,
    query: AFTER,
    optionalHeaders: { 'Device-Token': 'The token of the device that asks, to find itself in the list.' },
    answer: z.object({
      devices: z.array(
        z.object({
          deviceId: z.string(),
          ...deviceView,
          trustedAt: instant,
          lastUsedAt: instant,
          current: z.boolean().meta({ description: 'It is the one whose token was shown.' }),
        }),
      ),
    }),
    refusals: ['account-not-found', 'position-invalid', 'position-not-reached'],
  })
  list(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const after = this.dispatcher.after(request);
    return this.dispatcher.ask(new ListDevicesQuery(policy, accountId, after, deviceTokenOf(request)));
  }

  @Call({
    method: 'DELETE',
    path: 'accounts/:accountId/devices/:deviceId',
    summary: 'Trusts a device no more, on a fresh proof, and ends what was signed in on it.',
    scope: 'passkeys',
    page: true,
    stepUp: true,
    answer: z.object({ endedSessions: z.array(z.string()), position }),
    refusals: [
      'account-not-found',
      'device-not-found',
      'step-up-required',
      'step-up-already-used',
      'step-up-expired',
    ],
  })
  remove(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('deviceId') deviceId: string,
  ): Promise<object> {
    const stepUpToken = stepUpTokenOf(request);
    const command = new RemoveDeviceCommand(commandContext(request), accountId, deviceId, stepUpToken);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'GET',
    path: 'accounts/:accountId/sign-in-approvals',
    summary: 'Sign-ins on new devices, newest first, for a trusted device to decide.',
    scope: 'sign-in',
    page: true,
    query: { ...AFTER, status: '`open`: only those that can still be decided.' },
    answer: z.object({
      approvals: z.array(
        z.object({
          approvalId: z.string(),
          status,
          device: z.object(deviceView),
          method: z.string(),
          requestedAt: instant,
          approvedFrom: instant.nullable(),
          expiresAt: instant,
        }),
      ),
    }),
    refusals: ['account-not-found', 'position-invalid', 'position-not-reached'],
  })
  approvals(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const after = this.dispatcher.after(request);
    return this.dispatcher.ask(new ListSignInApprovalsQuery(policy, accountId, after, isOpenOnly(request)));
  }

  @Call({
    method: 'POST',
    path: 'accounts/:accountId/sign-in-approvals/:approvalId',
    summary:
      'Approves a sign-in on a new device, by a trusted one, a fresh proof and the number shown; or denies it.',
    scope: 'sign-in',
    page: true,
    stepUp: true,
    body: decideBody,
    answer: z.object({ approvalId: z.string(), status: z.enum(['approved', 'denied']), position }),
    refusals: [
      'account-not-found',
      'approval-not-found',
      'approval-expired',
      'approval-decided',
      'device-not-trusted',
      'wrong-number',
      'step-up-required',
      'step-up-already-used',
      'step-up-expired',
    ],
  })
  decide(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('approvalId') approvalId: string,
    @ZodBody(decideBody) { device = NO_DEVICE, ...body }: z.infer<typeof decideBody>,
  ): Promise<object> {
    const context = commandContext(request);
    const stepUpToken = stepUpTokenOf(request);
    const decision = { ...body, device };
    const command = new DecideSignInApprovalCommand(context, accountId, approvalId, decision, stepUpToken);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'POST',
    path: 'accounts/:accountId/sign-in-approvals/:approvalId/recovery',
    summary: 'Puts another factor in the place of a trusted device that is lost. It counts after a wait.',
    scope: 'sign-in',
    headers: SECRET,
    body: recoverBody,
    answer: z.object({
      status: z.literal('recovering'),
      approvedFrom: instant,
      expiresAt: instant,
      position,
    }),
    refusals: [
      'account-not-found',
      'approval-not-found',
      'approval-expired',
      'approval-decided',
      'approval-pending',
      'factor-in-use',
      'grant-not-found',
      'grant-spent',
      'grant-expired',
      'account-locked',
    ],
  })
  recover(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('approvalId') approvalId: string,
    @ZodBody(recoverBody) { grant }: z.infer<typeof recoverBody>,
  ): Promise<object> {
    const context = commandContext(request);
    const secret = approvalSecretOf(request);
    const command = new RecoverSignInCommand(context, accountId, approvalId, secret, grant);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'GET',
    path: 'accounts/:accountId/sign-in-approvals/:approvalId',
    summary: 'What came of a sign-in on a new device. The first to ask after its approval gets the tokens.',
    scope: 'sign-in',
    headers: SECRET,
    answer: collected,
    refusals: ['approval-not-found'],
  })
  collect(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('approvalId') approvalId: string,
  ): Promise<object> {
    return this.outcome(request, accountId, approvalId);
  }

  @Call({
    method: 'GET',
    path: 'sign-in-approvals/:approvalId',
    summary: 'The same for a client that knows of no account: the secret says whose it is.',
    scope: 'sign-in',
    headers: SECRET,
    answer: collected,
    refusals: ['approval-not-found'],
  })
  collectBySecret(@Req() request: FastifyRequest, @Param('approvalId') approvalId: string): Promise<object> {
    return this.outcome(request, null, approvalId);
  }

  private outcome(request: FastifyRequest, accountId: string | null, approvalId: string): Promise<object> {
    const context = commandContext(request);
    const command = new CollectSignInCommand(context, accountId, approvalId, approvalSecretOf(request));
    return this.dispatcher.execute(request, command);
  }
}

/** @throws Refused */
function isOpenOnly(request: FastifyRequest): boolean {
  const { status: asked } = request.query as { status?: unknown };
  if (asked === undefined) return false;
  if (asked === 'open') return true;
  throw new Refused('request-invalid', {
    errors: [{ pointer: '/status', detail: 'can only be open' }],
  });
}
