import { Injectable } from '@nestjs/common';
import type { Command, Query } from '@nestjs/cqrs';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { TooManyConflicts } from '../../application/accounts/execute-decision.js';
import type { Outcome } from '../../application/accounts/outcome.js';
import { unavailabilityOf } from '../../application/ports/unavailable.js';
import type { Position } from '../../application/ports/event-store.js';
import type { Reading } from '../../application/queries/account-reader.js';
import { CommandMetrics } from '../observability/command-metrics.js';
import { PositionTokens } from '../tokens/position-tokens.js';
import { admittedOf } from './caller.js';
import { toJson } from './json.js';
import { Refused } from './problem.js';

/** Between the controllers and the buses: outcomes become answers or refusals, and are counted. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly positions: PositionTokens,
    private readonly metrics: CommandMetrics,
  ) {}

  /** The command's answer with its `position`. @throws Refused */
  async execute<Answer extends object>(
    request: FastifyRequest,
    command: Command<Outcome<Answer>>,
  ): Promise<Answer & { position: string }> {
    const { policy } = admittedOf(request);
    const outcome = await this.outcomeOf(policy.slug, command);
    if (!outcome.ok) throw Refused.from(outcome.rejection);
    const position = this.positions.issue(policy.slug, outcome.position);
    return Object.assign(toJson(outcome.answer) as Answer, { position });
  }

  /** For what records nothing, and so has no position. @throws Refused */
  async start<Answer extends object>(
    request: FastifyRequest,
    command: Command<Outcome<Answer>>,
  ): Promise<Answer> {
    const outcome = await this.outcomeOf(admittedOf(request).policy.slug, command);
    if (!outcome.ok) throw Refused.from(outcome.rejection);
    return toJson(outcome.answer) as Answer;
  }

  /** @throws Refused */
  async ask<Answer extends object>(query: Query<Reading<Answer>>): Promise<Answer> {
    return toJson(await this.read(query)) as Answer;
  }

  /** The same for an answer that isn't JSON. @throws Refused */
  async read<Answer>(query: Query<Reading<Answer>>): Promise<Answer> {
    const reading = await this.queries.execute(query);
    if (!reading.ok) throw Refused.from(reading.rejection);
    return reading.answer;
  }

  /** The position that a query must reach, from `?after=`. @throws Refused */
  after(request: FastifyRequest): Position | null {
    const { after } = request.query as { after?: unknown };
    if (after === undefined) return null;
    const { policy } = admittedOf(request);
    const position = typeof after === 'string' ? this.positions.read(policy.slug, after) : undefined;
    if (position === undefined) throw new Refused('position-invalid');
    return position;
  }

  private async outcomeOf<Answer>(rp: string, command: Command<Outcome<Answer>>): Promise<Outcome<Answer>> {
    try {
      const outcome = await this.commands.execute(command);
      this.metrics.count(command, rp, outcome.ok ? 'accepted' : outcome.rejection.code);
      return outcome;
    } catch (error) {
      const busy = error instanceof TooManyConflicts;
      if (busy || unavailabilityOf(error) !== undefined) this.metrics.count(command, rp, 'try-again');
      throw busy ? new Refused('try-again') : error;
    }
  }
}
