import type { PipeTransform } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Refused } from './problem.js';

/** 1–128 printable characters; the relying party chooses them, and it may be an email. */
const ACCOUNT_ID = /^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

@Injectable()
export class AccountIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (ACCOUNT_ID.test(value)) return value;
    throw new Refused('request-invalid', {
      errors: [{ pointer: '/accountId', detail: 'must be 1 to 128 printable characters' }],
    });
  }
}

/** The revision that `?cursor=` asks after; -1 asks from the beginning. @throws Refused */
export function cursorOf(request: FastifyRequest): number {
  const { cursor } = request.query as { cursor?: unknown };
  if (cursor === undefined) return -1;
  if (typeof cursor === 'string' && /^\d{1,15}$/u.test(cursor)) return Number(cursor);
  throw new Refused('request-invalid', {
    errors: [{ pointer: '/cursor', detail: 'must be a `next` of before' }],
  });
}
