import { Body, Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { Refused } from './problem.js';

/** The body as the schema reads it; anything else is refused with a JSON pointer for each member. */
export function ZodBody(schema: z.ZodType): ParameterDecorator {
  return Body(new ZodPipe(schema));
}

@Injectable()
export class ZodPipe implements PipeTransform {
  /** @param pointer where the value stands; absent for the body itself */
  constructor(
    private readonly schema: z.ZodType,
    private readonly pointer = '',
  ) {}

  transform(value: unknown): unknown {
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    throw new Refused('request-invalid', {
      errors: parsed.error.issues.map((issue) => ({
        pointer: this.pointer + pointerOf(issue.path),
        detail: issue.message,
      })),
    });
  }
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
