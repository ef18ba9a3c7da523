import { createParamDecorator, Injectable } from '@nestjs/common';
import type { ExecutionContext, PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Refused } from './problem.js';

/**
 * The body as the schema reads it. Not by a pipe: Nest makes some dozen promises for a parameter with one, with every
 * request.
 */
export function ZodBody(schema: z.ZodType): ParameterDecorator {
  const read = (_data: unknown, execution: ExecutionContext): unknown =>
    readAs(schema, execution.switchToHttp().getRequest<FastifyRequest>().body);
  return createParamDecorator(read)();
}

/** A parameter of the path as the schema reads it. */
@Injectable()
export class ZodPipe implements PipeTransform {
  /** @param pointer see `readAs` */
  constructor(
    private readonly schema: z.ZodType,
    private readonly pointer: string,
  ) {}

  transform(value: unknown): unknown {
    return readAs(this.schema, value, this.pointer);
  }
}

/**
 * What a caller sent as the schema reads it; anything else is refused with a JSON pointer for each member.
 * @param pointer where the value stands; absent for the body itself
 * @throws Refused
 */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  pointer = '',
): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new Refused('request-invalid', {
    errors: parsed.error.issues.map((issue) => ({
      pointer: pointer + pointerOf(issue.path),
      detail: issue.message,
    })),
  });
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
