import { randomUUID } from 'node:crypto';
import type { CallOptions as GrpcOptions, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { Client, Metadata } from '@grpc/grpc-js';
import type { CallOptions, MethodDefinition, ServiceDefinition } from './definitions.js';
import type { FailedCall } from './errors.js';
import { isBreak, isServiceError, LatchkeyError } from './errors.js';
import type { LatchkeyOptions } from './options.js';
import { credentialsOf } from './options.js';
import { pause, pauseAfter } from './pauses.js';
import { Positions } from './positions.js';

const DEADLINE_MS = 10_000;
/** A service that is gone without a word is noticed. */
const CHANNEL = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000 };

/** What the client asks of a request by itself, where the message has a place for it. */
interface Known {
  readonly rp?: string;
  readonly accountId?: string;
  readonly after?: string | undefined;
}

/** One call, as every repeat of it is made. */
interface Prepared<Response> {
  readonly path: string;
  readonly encode: (request: object) => Buffer;
  readonly decode: (bytes: Buffer) => Response;
  readonly request: object;
  readonly metadata: Metadata;
  readonly failed: FailedCall;
}

/** Makes calls over one channel, which connects when it is needed and again when it has to. */
export class Connection {
  /** Private to the runtime, not to the compiler alone: whoever prints the client prints no key. */
  readonly #options: LatchkeyOptions;
  readonly #client: Client;
  readonly #positions = new Positions();
  readonly #closing = new AbortController();

  /** @throws TypeError where the key would travel in the clear */
  constructor(options: LatchkeyOptions) {
    this.#options = options;
    this.#client = new Client(options.address, credentialsOf(options), CHANNEL);
  }

  /** Repeats what failed for the moment, under the same idempotency key, as long as the deadline lets it. @throws LatchkeyError */
  async unary<Response extends object>(
    service: ServiceDefinition,
    method: MethodDefinition<unknown, Response>,
    request: object,
    options: CallOptions = {},
  ): Promise<Response> {
    const { deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS, signal } = options;
    const deadline = Date.now() + deadlineMs;
    const prepared = this.#prepared(service, method, request, options);
    const ended = this.#endedBy(signal);
    for (let failures = 1; ; failures += 1) {
      ended.throwIfAborted();
      try {
        const answer = await this.#attempt(prepared, { deadline }, ended);
        this.#remember(prepared.request, answer);
        return answer;
      } catch (error) {
        ended.throwIfAborted();
        if (!isBreak(error)) throw error;
        const wait = pauseAfter(failures, error.retryAfterMs);
        if (Date.now() + wait >= deadline) throw error;
        await pause(wait, ended);
      }
    }
  }

  /** The messages as they come; ending the iteration ends the call. @throws LatchkeyError */
  async *stream<Response extends object>(
    service: ServiceDefinition,
    method: MethodDefinition<unknown, Response>,
    request: object,
    options: CallOptions = {},
  ): AsyncGenerator<Response, void> {
    const { path, encode, decode, metadata, failed, ...prepared } = this.#prepared(
      service,
      method,
      request,
      options,
    );
    const { deadlineMs } = options;
    const ended = this.#endedBy(options.signal);
    ended.throwIfAborted();
    const call: ClientReadableStream<Response> = this.#client.makeServerStreamRequest(
      path,
      encode,
      decode,
      prepared.request,
      metadata,
      deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
    );
    const cancel = (): void => call.cancel();
    ended.addEventListener('abort', cancel);
    try {
      for await (const message of call) yield message as Response;
    } catch (error) {
      ended.throwIfAborted();
      throw isServiceError(error) ? new LatchkeyError(error, failed) : error;
    } finally {
      ended.removeEventListener('abort', cancel);
      cancel();
    }
  }

  /** What ends when the client is closed, or when the caller says so. */
  #endedBy(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal]);
  }

  /** Calls under way end with an `AbortError`. */
  close(): void {
    this.#closing.abort();
    this.#client.close();
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  #attempt<Response extends object>(
    { path, encode, decode, request, metadata, failed }: Prepared<Response>,
    options: GrpcOptions,
    ended: AbortSignal,
  ): Promise<Response> {
    return new Promise((answer, refuse) => {
      const done = (error: ServiceError | null, response?: Response): void => {
        ended.removeEventListener('abort', cancel);
        if (error !== null) refuse(new LatchkeyError(error, failed));
        else answer(response as Response);
      };
      const call = this.#client.makeUnaryRequest(path, encode, decode, request, metadata, options, done);
      const cancel = (): void => call.cancel();
      ended.addEventListener('abort', cancel);
    });
  }

  #prepared<Response extends object>(
    { name, fullName }: ServiceDefinition,
    {
      name: method,
      requestType,
      responseType,
      options: { idempotencyLevel },
    }: MethodDefinition<unknown, Response>,
    given: object,
    options: CallOptions,
  ): Prepared<Response> {
    const asks = idempotencyLevel === 'NO_SIDE_EFFECTS';
    const idempotencyKey = options.idempotencyKey ?? (asks ? undefined : randomUUID());
    const { rp } = this.#options;
    const request = requestType.fromPartial({ ...this.#afterOwn(given), ...given, rp }) as object;
    return {
      path: `/${fullName}/${method}`,
      encode: (message) => Buffer.from(requestType.encode(message).finish()),
      decode: (bytes) => responseType.decode(bytes),
      request,
      metadata: this.#metadata(options, idempotencyKey),
      failed: {
        method: `${name}/${method}`,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      },
    };
  }

  /** A message that has no `after` leaves it out by itself. */
  #afterOwn({ accountId }: Known): Known {
    if (this.#options.readYourWrites === false) return {};
    return { after: this.#positions.of(accountId) };
  }

  #remember(request: Known, answer: { readonly accountId?: unknown; readonly position?: unknown }): void {
    const { position, accountId = request.accountId } = answer;
    if (typeof position !== 'string' || position === '') return;
    this.#positions.keep(typeof accountId === 'string' ? accountId : undefined, position);
  }

  #metadata(options: CallOptions, idempotencyKey: string | undefined): Metadata {
    const { stepUpToken, approvalSecret, deviceToken, endUser, language } = options;
    const metadata = new Metadata();
    const said: Readonly<Record<string, string | undefined>> = {
      authorization: `Bearer ${this.#options.apiKey}`,
      'idempotency-key': idempotencyKey,
      'step-up-token': stepUpToken,
      'approval-secret': approvalSecret,
      'device-token': deviceToken,
      'latchkey-end-user-address': endUser?.address,
      'latchkey-end-user-agent': endUser?.agent,
      'accept-language': language,
    };
    for (const [name, value] of Object.entries(said)) if (value !== undefined) metadata.set(name, value);
    return metadata;
  }
}
