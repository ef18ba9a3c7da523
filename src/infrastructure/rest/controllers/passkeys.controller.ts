import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RegisterPasskeyCommand } from '../../../application/commands/register-passkey.js';
import { RemovePasskeyCommand } from '../../../application/commands/remove-passkey.js';
import { RenamePasskeyCommand } from '../../../application/commands/rename-passkey.js';
import { StartRegistrationCommand } from '../../../application/commands/start-registration.js';
import { CheckDeviceQuery } from '../../../application/queries/check-device.js';
import { ListPasskeysQuery } from '../../../application/queries/list-passkeys.js';
import type { PasskeyId } from '../../../domain/kernel/ids.js';
import { as } from '../../../domain/kernel/ids.js';
import { ZodBody } from '../body.js';
import { AFTER, Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext, stepUpTokenOf } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { keptResetSecret } from '../../web/reset-cookies.js';
import { Refused } from '../problem.js';
import { credential, device, instant, options, passkeyView, position, signals, storage } from '../schemas.js';

const entryPoint = z.string().min(1).max(64);
const checkBody = z.strictObject({ device, entryPoint });
const started = { device, entryPoint, storage: storage.exactOptional() };
const startBody = z.union([
  z.strictObject({ grant: z.string().max(128), ...started }),
  z.strictObject({
    resetId: z.string().max(128),
    resetSecret: z
      .string()
      .max(128)
      .exactOptional()
      .meta({ description: 'A page leaves it out: its browser keeps it.' }),
    ...started,
  }),
]);
const registerBody = z.strictObject({
  ceremonyId: z.string().max(8192),
  credential,
  name: z.string().max(256).exactOptional(),
});
const renameBody = z.strictObject({ name: z.string().max(256) });

@ApiTags('passkeys')
@Controller('v1/:rp/accounts/:accountId')
export class PasskeysController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sessions: PortalSessions,
  ) {}

  @Call({
    method: 'POST',
    path: 'device-checks',
    summary: 'Says whether a device may create a passkey here, and what to do where it may not.',
    scope: 'passkeys',
    page: true,
    body: checkBody,
    answer: z.object({
      eligible: z.boolean(),
      problems: z.array(
        z.object({
          code: z.string(),
          message: z.string(),
          blocking: z.boolean(),
          remedy: z.object({ label: z.string(), url: z.string().optional() }).optional(),
        }),
      ),
      capabilities: z.array(z.string()),
      passkeyProviders: z.array(z.string()).optional(),
      purposeText: z.string(),
    }),
  })
  check(
    @Req() request: FastifyRequest,
    @ZodBody(checkBody) body: z.infer<typeof checkBody>,
  ): Promise<object> {
    return this.dispatcher.ask(new CheckDeviceQuery(admittedOf(request).policy, body, languageOf(request)));
  }

  @Call({
    method: 'POST',
    path: 'passkeys/registrations',
    summary: 'Opens the creation of a passkey on a grant or after a reset: the options for the platform.',
    scope: 'passkeys',
    page: true,
    status: 201,
    stepUp: true,
    body: startBody,
    answer: z.object({ ceremonyId: z.string(), publicKey: options, expiresAt: instant, position }),
    refusals: [
      'account-not-found',
      'device-not-eligible',
      'grant-not-found',
      'grant-spent',
      'grant-expired',
      'security-epoch-passed',
      'passkey-limit-reached',
      'step-up-not-found',
      'account-locked',
      'reset-required',
      'reset-secret-invalid',
      'reset-secret-spent',
      'reset-window-closed',
    ],
  })
  start(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(startBody) body: z.infer<typeof startBody>,
  ): Promise<object> {
    const stepUpToken = stepUpTokenOf(request);
    const proven = 'resetId' in body ? { ...body, resetSecret: resetSecretOf(request, body) } : body;
    const command = new StartRegistrationCommand(commandContext(request), accountId, proven, stepUpToken);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'POST',
    path: 'passkeys',
    summary: 'Registers the passkey that the platform made.',
    scope: 'passkeys',
    page: true,
    status: 201,
    body: registerBody,
    answer: z.object({
      passkey: passkeyView,
      deviceToken: z.string().optional(),
      signals,
      returnTo: z.string(),
      position,
    }),
    refusals: [
      'account-not-found',
      'ceremony-not-found',
      'ceremony-expired',
      'verification-failed',
      'credential-in-use',
      'credential-already-registered',
      'grant-not-found',
      'grant-spent',
      'grant-expired',
      'passkey-limit-reached',
      'account-locked',
      'reset-required',
      'reset-secret-invalid',
      'reset-secret-spent',
      'reset-window-closed',
      'name-invalid',
      'security-epoch-passed',
    ],
  })
  register(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(registerBody) body: z.infer<typeof registerBody>,
  ): Promise<object> {
    return this.dispatcher.execute(
      request,
      new RegisterPasskeyCommand(commandContext(request), accountId, body),
    );
  }

  @Call({
    method: 'GET',
    path: 'passkeys',
    summary: "The account's passkeys, oldest first, and what the product's policy says about them.",
    scope: 'passkeys',
    page: true,
    query: AFTER,
    answer: z.object({
      passkeys: z.array(passkeyView),
      policy: z.object({ max: z.int(), removal: z.enum(['with-proof', 'reset-only']) }),
    }),
    refusals: ['account-not-found', 'position-invalid', 'position-not-reached'],
  })
  list(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    return this.dispatcher.ask(new ListPasskeysQuery(policy, accountId, this.dispatcher.after(request)));
  }

  @Call({
    method: 'PATCH',
    path: 'passkeys/:passkeyId',
    summary: 'Renames a passkey.',
    scope: 'passkeys',
    page: true,
    body: renameBody,
    answer: z.object({ passkey: z.object({ passkeyId: z.string(), name: z.string() }), position }),
    refusals: ['account-not-found', 'passkey-not-found', 'name-invalid'],
  })
  rename(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('passkeyId') passkeyId: string,
    @ZodBody(renameBody) { name }: z.infer<typeof renameBody>,
  ): Promise<object> {
    const command = new RenamePasskeyCommand(commandContext(request), accountId, passkeyId, name);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'DELETE',
    path: 'passkeys/:passkeyId',
    summary: 'Removes a passkey on a fresh proof, where the policy allows it.',
    scope: 'passkeys',
    page: true,
    stepUp: true,
    answer: z.object({ signals, position }),
    refusals: [
      'account-not-found',
      'passkey-not-found',
      'removal-forbidden',
      'step-up-required',
      'last-way-in',
      'step-up-already-used',
      'step-up-expired',
    ],
  })
  async remove(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('passkeyId') passkeyId: string,
  ): Promise<object> {
    const stepUpToken = stepUpTokenOf(request);
    const command = new RemovePasskeyCommand(commandContext(request), accountId, passkeyId, stepUpToken);
    try {
      const removed = await this.dispatcher.execute(request, command);
      if (admittedOf(request).caller.kind === 'page') {
        await this.sessions.outliveRemoval(request, as<PasskeyId>(passkeyId));
      }
      return removed;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'removal-forbidden') throw error;
      const { slug } = admittedOf(request).policy;
      const reset = `/v1/${slug}/accounts/${encodeURIComponent(accountId)}/resets`;
      throw new Refused(error.code, { links: { reset } });
    }
  }
}

/** A page's comes as a cookie, and from nowhere else; without one it is that of no reset. */
function resetSecretOf(
  request: FastifyRequest,
  { resetId, resetSecret = '' }: { readonly resetId: string; readonly resetSecret?: string },
): string {
  const isPage = admittedOf(request).caller.kind === 'page';
  return isPage ? (keptResetSecret(request, resetId) ?? '') : resetSecret;
}
