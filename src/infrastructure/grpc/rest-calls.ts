import { text } from 'node:stream/consumers';
import type { JsonObject, Message } from '@bufbuild/protobuf';
import { create, fromJson } from '@bufbuild/protobuf';
import type { ServerErrorResponse } from '@grpc/grpc-js';
import { Metadata } from '@grpc/grpc-js';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { problemOf, Refused } from '../rest/problem.js';
import type { ApiMethod, GrpcApi, RestCall } from './api.js';
import type { PacedStream } from './paced-stream.js';
import { send } from './paced-stream.js';
import { restRequest } from './rest-request.js';
import type { Problem } from './status.js';
import { statusOf } from './status.js';
import { fromRestJson } from './words.js';

type Asked = Pick<PacedStream, 'request' | 'metadata'>;

/** What an answer says of itself beside its body. */
const ANSWERED = ['latchkey-tree-size', 'latchkey-first-leaf'] as const;

/**
 * Makes the REST call that a method names, within this process. Guard, scope, limits, schemas, idempotency and handlers
 * are therefore the very ones of REST, and so are its log and its metrics.
 */
export class RestCalls {
  constructor(
    private readonly api: GrpcApi,
    private readonly server: Pick<FastifyInstance, 'inject'>,
    private readonly authority: string,
  ) {}

  /** @throws a gRPC status with its details */
  async unary(method: ApiMethod, rest: RestCall, { request, metadata }: Asked): Promise<Message> {
    const response = await this.server.inject(this.injection(method, rest, request, metadata));
    if (response.statusCode >= 400) throw this.refusal(response, response.payload);
    const { output } = method.desc;
    return fromJson(output, fromRestJson(output, response.json<JsonObject>()), {
      ignoreUnknownFields: true,
      registry: this.api.registry,
    });
  }

  /**
   * Sends the body in pieces, the next one when the client has taken the one before.
   * @throws a gRPC status with its details
   */
  async stream(method: ApiMethod, rest: RestCall, call: PacedStream): Promise<void> {
    const injection = this.injection(method, rest, call.request, call.metadata);
    const response = await this.server.inject({ ...injection, payloadAsStream: true });
    const body = response.stream();
    if (response.statusCode >= 400) throw this.refusal(response, await text(body));
    call.sendMetadata(metadataOf(response.headers));
    try {
      for await (const chunk of body) await send(call, create(method.desc.output, { chunk }));
    } catch (error) {
      if (!call.cancelled) throw error;
    } finally {
      body.destroy();
    }
  }

  private refusal({ headers }: Pick<Response, 'headers'>, problem: string): ServerErrorResponse {
    return statusOf(this.api, JSON.parse(problem) as Problem, headers['retry-after']?.toString());
  }

  private injection(...asked: [ApiMethod, RestCall, Message, Metadata]): InjectOptions {
    const { path, query, headers, body, method } = this.requestFor(...asked);
    return {
      method,
      url: { pathname: path, query },
      authority: this.authority,
      headers,
      ...(body !== undefined && { payload: body }),
    };
  }

  private requestFor(...asked: [ApiMethod, RestCall, Message, Metadata]): ReturnType<typeof restRequest> {
    try {
      return restRequest(this.api, ...asked);
    } catch (error) {
      if (error instanceof Refused) throw statusOf(this.api, problemOf(error));
      throw error;
    }
  }
}

function metadataOf(headers: Response['headers']): Metadata {
  const metadata = new Metadata();
  for (const name of ANSWERED) {
    const value = headers[name];
    if (value !== undefined) metadata.set(name, value.toString());
  }
  return metadata;
}
