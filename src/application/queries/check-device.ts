import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { Capability } from '../../domain/account/events.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { DeviceProblem } from '../../domain/policy/device-check.js';
import { capabilitiesOf, checkDevice, isEligible } from '../../domain/policy/device-check.js';
import type { Device } from '../../domain/policy/device.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Reading } from './account-reader.js';

export interface DeviceCheck {
  readonly eligible: boolean;
  readonly problems: readonly DeviceProblem[];
  readonly capabilities: readonly Capability[];
  readonly purposeText: string;
}

export class CheckDeviceQuery extends Query<Reading<DeviceCheck>> {
  constructor(
    readonly policy: RelyingParty,
    readonly body: { readonly device: Device; readonly entryPoint: string },
  ) {
    super();
  }
}

@QueryHandler(CheckDeviceQuery)
export class CheckDeviceHandler implements IQueryHandler<CheckDeviceQuery> {
  execute({ policy, body }: CheckDeviceQuery): Promise<Reading<DeviceCheck>> {
    const entryPoint = policy.entryPoints.find(({ name }) => name === body.entryPoint);
    if (entryPoint === undefined) {
      const errors = [{ pointer: '/entryPoint', detail: 'is not an entry point of this product' }];
      return Promise.resolve({ ok: false, rejection: rejection('request-invalid', { errors }) });
    }
    const problems = checkDevice(policy, body.device);
    const answer: DeviceCheck = {
      eligible: isEligible(problems),
      problems,
      capabilities: capabilitiesOf(body.device),
      purposeText: entryPoint.purposeText,
    };
    return Promise.resolve({ ok: true, answer });
  }
}
