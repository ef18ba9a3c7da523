import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EraseAccountCommand } from '../../../application/commands/erase-account.js';
import { Call } from '../call.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { AccountIdPipe } from '../parameters.js';
import { instant, position } from '../schemas.js';

const erasureAnswer = z.object({
  receipt: z.string().meta({
    description: 'A JWT of type `latchkey-erasure-receipt+jwt`, signed with a key of the key set.',
  }),
  receiptId: z.string(),
  erasedAt: instant,
  completedAt: instant,
  position,
});

@ApiTags('accounts')
@Controller('v1/:rp/accounts/:accountId')
export class ErasuresController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'DELETE',
    path: '',
    summary: 'Erases the account for good and gives the receipt; called again, gives the receipt again.',
    scope: 'erase',
    answer: erasureAnswer,
    refusals: ['account-not-found', 'account-locked', 'reset-under-way', 'erasure-under-way'],
  })
  erase(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    return this.dispatcher.execute(request, new EraseAccountCommand(commandContext(request), accountId));
  }
}
