import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LatchkeyError } from '@latchkey/client';
import type { ProblemCode } from '../rest/problem.js';
import { STATUSES, titleOf } from '../rest/problem.js';

/** What the service refused a demo product's backend, its page is refused in the same words. */
@Catch(LatchkeyError)
export class RefusalsFilter implements ExceptionFilter<LatchkeyError> {
  catch({ code, details, message, violations }: LatchkeyError, host: ArgumentsHost): void {
    const known: ProblemCode = code in STATUSES ? (code as ProblemCode) : 'try-again';
    const errors = violations.map(({ field, description }) => ({
      pointer: field === '' ? '' : `/${field.replaceAll('.', '/')}`,
      detail: description,
    }));
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(STATUSES[known])
      .type('application/problem+json')
      .send({
        type: `/docs/errors#${known}`,
        title: titleOf(known),
        status: STATUSES[known],
        detail: message,
        code: known,
        ...details,
        ...(errors.length > 0 && { errors }),
      });
  }
}
