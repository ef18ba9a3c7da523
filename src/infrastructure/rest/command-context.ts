import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { CommandContext, IdempotencyClaim } from '../../application/accounts/context.js';
import { admittedOf } from './caller.js';
import { languageOf } from './language.js';
import { Refused } from './problem.js';

const LONGEST_KEY = 255;
const LONGEST_HEADER = 512;

/** What a command is told about the request it came with. */
export function commandContext(request: FastifyRequest): CommandContext {
  const { caller, policy, correlationId } = admittedOf(request);
  return {
    policy,
    actor: caller.kind === 'page' ? 'user' : 'client',
    correlationId,
    endUser: caller.kind === 'page' ? pageUser(request) : passedOnUser(request),
    language: languageOf(request),
    onRelyingPartysWord: caller.kind === 'backend' && caller.scopes.includes('admin'),
    idempotency: idempotencyClaim(request, `${caller.kind}:${caller.id}`),
  };
}

function pageUser(request: FastifyRequest): CommandContext['endUser'] {
  const agent = request.headers['user-agent'];
  return { address: request.ip, ...(agent !== undefined && { agent: agent.slice(0, LONGEST_HEADER) }) };
}

function passedOnUser(request: FastifyRequest): CommandContext['endUser'] {
  const address = headerOf(request, 'latchkey-end-user-address');
  const agent = headerOf(request, 'latchkey-end-user-agent');
  return { ...(address !== undefined && { address }), ...(agent !== undefined && { agent }) };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value.slice(0, LONGEST_HEADER) : undefined;
}

/** The proof that the caller shows for a call that needs a fresh one. */
export function stepUpTokenOf(request: FastifyRequest): string | undefined {
  const value = request.headers['step-up-token'];
  return typeof value === 'string' ? value : undefined;
}

/** What shows which trusted device asks, where it says so. */
export function deviceTokenOf(request: FastifyRequest): string | null {
  return headerOf(request, 'device-token') ?? null;
}

/** What a new device asks for the outcome of its sign-in with. @throws Refused */
export function approvalSecretOf(request: FastifyRequest): string {
  const value = headerOf(request, 'approval-secret');
  if (value === undefined) {
    throw new Refused('request-invalid', {
      errors: [{ pointer: '', detail: 'header Approval-Secret is missing' }],
    });
  }
  return value;
}

function idempotencyClaim(request: FastifyRequest, caller: string): IdempotencyClaim | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || key.length === 0 || key.length > LONGEST_KEY) {
    throw new Refused('request-invalid', {
      errors: [{ pointer: '', detail: `header Idempotency-Key must have 1 to ${LONGEST_KEY} characters` }],
    });
  }
  const route = [request.method, request.routeOptions.url ?? '', request.params];
  return {
    scope: digestOf(JSON.stringify([caller, route, key])),
    bodyHash: digestOf(JSON.stringify([request.body ?? null, request.headers['step-up-token'] ?? null])),
  };
}

function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
