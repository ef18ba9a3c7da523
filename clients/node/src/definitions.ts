/** A message of `latchkey.v1`. */
interface MessageType<M> {
  encode(message: M): { finish(): Uint8Array };
  decode(bytes: Uint8Array): M;
  fromPartial(partial: object): M;
}

/** A method as the generated code describes it. */
export interface MethodDefinition<Request = unknown, Response = object, Streams extends boolean = boolean> {
  readonly name: string;
  readonly requestType: MessageType<Request>;
  readonly responseType: MessageType<Response>;
  readonly responseStream: Streams;
  readonly options: { readonly idempotencyLevel?: string };
}

export interface ServiceDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

/** The end user's, passed on by the backend. */
export interface EndUser {
  readonly address?: string;
  readonly agent?: string;
}

export interface CallOptions {
  /** Milliseconds, repeats included. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Made anew for each call that changes something, and kept over its repeats, where nothing is said. */
  readonly idempotencyKey?: string;
  /** The proof that `step-up-required` asked for. */
  readonly stepUpToken?: string;
  /** What a new device was given with `approval-required`. */
  readonly approvalSecret?: string;
  /** Of the trusted device that asks, to find itself in a list. */
  readonly deviceToken?: string;
  readonly endUser?: EndUser;
  /** Of texts for people: an `Accept-Language`. */
  readonly language?: string;
}

/** A message as it is given: lists may be left out, and so may what the client knows by itself. */
export type Given<M> = M extends Date | Uint8Array
  ? M
  : M extends readonly (infer Each)[]
    ? readonly Given<Each>[]
    : M extends object
      ? string extends keyof M
        ? Readonly<M>
        : GivenMembers<M>
      : M;

type GivenMembers<M> = {
  readonly [Name in keyof M as M[Name] extends readonly unknown[] ? never : Name]: Given<M[Name]>;
} & { readonly [Name in keyof M as M[Name] extends readonly unknown[] ? Name : never]?: Given<M[Name]> };

export type GivenRequest<M> = Given<Omit<M, 'rp'>>;

/** The calls of a service, by their names. */
export type Calls<Service extends ServiceDefinition> = {
  readonly [Name in keyof Service['methods']]: Call<Service['methods'][Name]>;
};

type Call<Method> =
  Method extends MethodDefinition<infer Request, infer Response, infer Streams>
    ? Streams extends true
      ? (request: GivenRequest<Request>, options?: CallOptions) => AsyncGenerator<Response, void>
      : (request: GivenRequest<Request>, options?: CallOptions) => Promise<Response>
    : never;
