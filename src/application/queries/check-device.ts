import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { Capability } from '../../domain/account/events.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { DeviceProblem } from '../../domain/policy/device-check.js';
import { deviceCapabilities } from '../../domain/policy/capabilities.js';
import { checkDevice, isEligible } from '../../domain/policy/device-check.js';
import type { Device } from '../../domain/policy/device.js';
import { passkeyProvidersOf } from '../../domain/policy/passkey-provider.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import { inLanguage } from '../../domain/texts/language.js';
import type { Reading } from './account-reader.js';

export interface DeviceCheck {
  readonly eligible: boolean;
  readonly problems: readonly DeviceProblem[];
  readonly capabilities: readonly Capability[];
  /** Who can keep a passkey there; absent where the client can't tell. */
  readonly passkeyProviders?: readonly string[];
  readonly purposeText: string;
}

export class CheckDeviceQuery extends Query<Reading<DeviceCheck>> {
  constructor(
    readonly policy: RelyingParty,
    readonly body: { readonly device: Device; readonly entryPoint: string },
    readonly language: Language,
  ) {
    super();
  }
}

@QueryHandler(CheckDeviceQuery)
export class CheckDeviceHandler implements IQueryHandler<CheckDeviceQuery> {
  execute({ policy, body, language }: CheckDeviceQuery): Promise<Reading<DeviceCheck>> {
    const entryPoint = policy.entryPoints.find(({ name }) => name === body.entryPoint);
    if (entryPoint === undefined) {
      const errors = [{ pointer: '/entryPoint', detail: 'is not an entry point of this product' }];
      return Promise.resolve({ ok: false, rejection: rejection('request-invalid', { errors }) });
    }
    const problems = checkDevice(policy, body.device, language);
    const passkeyProviders = passkeyProvidersOf(body.device);
    const answer: DeviceCheck = {
      eligible: isEligible(problems),
      problems,
      capabilities: deviceCapabilities(body.device),
      ...(passkeyProviders !== undefined && { passkeyProviders }),
      purposeText: inLanguage(entryPoint.purposeText, language),
    };
    return Promise.resolve({ ok: true, answer });
  }
}
