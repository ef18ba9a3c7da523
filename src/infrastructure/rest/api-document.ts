import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { CONSOLE_COOKIE } from '../web/console-sessions.js';
import { COOKIE } from '../web/portal-sessions.js';

/** The OpenAPI document, made from the calls themselves. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Latchkey')
    .setDescription('The passkey service behind a wallet or a broker.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' }, 'apiKey')
    .addCookieAuth(
      COOKIE,
      { type: 'apiKey', in: 'cookie', description: 'The hosted page’s session.' },
      'page',
    )
    .addCookieAuth(
      CONSOLE_COOKIE,
      { type: 'apiKey', in: 'cookie', description: 'The console’s session, which stands for an API key.' },
      'console',
    )
    .build();
  const document = SwaggerModule.createDocument(app, description);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM },
  };
  return document;
}

/** RFC 9457. */
const PROBLEM: NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string] = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; see docs/errors.md.' },
    diagnosis: {
      type: 'object',
      description:
        'Why a passkey that really answered is not accepted, beside `otherCauses`, `alternatives` and `signals`.',
      required: ['code', 'meaning', 'next'],
      properties: {
        code: { type: 'string' },
        meaning: { type: 'string' },
        next: { type: 'array', items: { type: 'string' } },
      },
    },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};
