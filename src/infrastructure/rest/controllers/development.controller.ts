import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Outbox } from '../../messaging/outbox.js';
import { toJson } from '../json.js';

/** Development only: the messages that would have been sent. It exists on loopback alone and in no production. */
@ApiExcludeController()
@Controller('dev')
export class DevelopmentController {
  constructor(private readonly outbox: Outbox) {}

  @Get('outbox')
  messages(@Query('to') to: string | undefined): object {
    return toJson({ messages: this.outbox.list(to) }) as object;
  }
}
