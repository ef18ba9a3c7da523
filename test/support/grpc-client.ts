import { resolve } from 'node:path';
import type { DescMethod, FileRegistry, JsonObject, JsonValue, Message } from '@bufbuild/protobuf';
import { create, createFileRegistry, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type {
  CallOptions,
  ChannelCredentials,
  ClientDuplexStream,
  ClientReadableStream,
  ServiceError,
} from '@grpc/grpc-js';
import { Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const REFLECTION = resolve('node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');

export interface GrpcCallOptions {
  readonly key?: string | null;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadline?: Date | number;
}

/** How a call was refused: the status, and its details as JSON. */
export class GrpcRefused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly details: readonly JsonObject[],
  ) {
    super(message);
  }

  /** google.rpc.ErrorInfo's. */
  get reason(): unknown {
    return this.detail('google.rpc.ErrorInfo')?.['reason'];
  }

  detail(typeName: string): JsonObject | undefined {
    return this.details.find((each) => each['@type'] === `type.googleapis.com/${typeName}`);
  }
}

/** A client that knows of the service only what it says of itself by reflection. */
export class GrpcClient {
  private constructor(
    private readonly client: Client,
    readonly registry: FileRegistry,
    private readonly key: string,
  ) {}

  static async connect(
    port: number,
    key: string,
    how: ChannelCredentials = credentials.createInsecure(),
    host = 'localhost',
  ): Promise<GrpcClient> {
    const registry = await reflected(`${host}:${port}`, how);
    return new GrpcClient(new Client(`${host}:${port}`, how), registry, key);
  }

  /** Every method of ours, by `Service/Method`. */
  get methods(): ReadonlyMap<string, DescMethod> {
    const methods = new Map<string, DescMethod>();
    for (const type of this.registry) {
      if (type.kind !== 'service') continue;
      for (const method of type.methods) methods.set(`${type.name}/${method.name}`, method);
    }
    return methods;
  }

  /** @throws GrpcRefused */
  call(name: string, request: JsonObject = {}, options: GrpcCallOptions = {}): Promise<JsonObject> {
    const { path, method, serialize, deserialize } = this.prepared(name);
    return new Promise((answer, refuse) => {
      this.client.makeUnaryRequest(
        path,
        serialize,
        deserialize,
        fromJson(method.input, request, { registry: this.registry }),
        this.metadataOf(options),
        callOptions(options),
        (error, message) => {
          if (error !== null) refuse(this.refused(error));
          else answer(toJson(method.output, message as Message, { registry: this.registry }) as JsonObject);
        },
      );
    });
  }

  /** The messages as they come; ending the iteration cancels the call. @throws GrpcRefused */
  async *stream(
    name: string,
    request: JsonObject,
    options: GrpcCallOptions = {},
  ): AsyncGenerator<JsonObject, void> {
    const call = this.open(name, request, options);
    try {
      for await (const message of call) yield this.json(name, message as Message);
    } catch (error) {
      throw this.refused(error as ServiceError);
    } finally {
      call.cancel();
    }
  }

  /** The bare stream, for a client that reads when it likes. */
  open(name: string, request: JsonObject, options: GrpcCallOptions = {}): ClientReadableStream<unknown> {
    const { path, method, serialize, deserialize } = this.prepared(name);
    return this.client.makeServerStreamRequest(
      path,
      serialize,
      deserialize,
      fromJson(method.input, request, { registry: this.registry }),
      this.metadataOf(options),
      callOptions(options),
    );
  }

  json(name: string, message: Message): JsonObject {
    return toJson(this.prepared(name).method.output, message, { registry: this.registry }) as JsonObject;
  }

  close(): void {
    this.client.close();
  }

  private prepared(name: string) {
    const method = this.methods.get(name);
    if (method === undefined) throw new Error(`the service has no ${name}`);
    return {
      method,
      path: `/${method.parent.typeName}/${method.name}`,
      serialize: (message: Message) => Buffer.from(toBinary(method.input, message)),
      deserialize: (bytes: Buffer): unknown => fromBinary(method.output, bytes),
    };
  }

  private metadataOf({ key = this.key, metadata = {} }: GrpcCallOptions): Metadata {
    const sent = new Metadata();
    if (key !== null) sent.set('authorization', `Bearer ${key}`);
    for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
    return sent;
  }

  private refused(error: ServiceError): GrpcRefused {
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    if (bytes === undefined) return new GrpcRefused(error.code, error.details, []);
    const schema = this.registry.getMessage('google.rpc.Status');
    if (schema === undefined) throw new Error('google.rpc.Status is not among what is reflected');
    const { registry } = this;
    const status = toJson(schema, fromBinary(schema, bytes as Buffer), { registry }) as JsonObject;
    expectSame(status['code'], error.code);
    return new GrpcRefused(
      error.code,
      error.details,
      (status['details'] ?? []) as JsonValue[] as JsonObject[],
    );
  }
}

function expectSame(inDetails: unknown, inTrailer: unknown): void {
  if (inDetails !== inTrailer) throw new Error(`the status is ${String(inTrailer)} and ${String(inDetails)}`);
}

function callOptions({ deadline }: GrpcCallOptions): CallOptions {
  return deadline === undefined ? {} : { deadline };
}

interface ReflectionAnswer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}
type ReflectionStream = ClientDuplexStream<object, ReflectionAnswer>;
type Reflection = new (
  to: string,
  by: ChannelCredentials,
) => Client & {
  ServerReflectionInfo(): ReflectionStream;
};

/** Every file that the services need, as `ServerReflection` tells them. */
async function reflected(address: string, how: ChannelCredentials): Promise<FileRegistry> {
  const { grpc } = loadPackageDefinition(loadSync(REFLECTION)) as unknown as {
    grpc: { reflection: { v1: { ServerReflection: Reflection } } };
  };
  const client = new grpc.reflection.v1.ServerReflection(address, how);
  try {
    return await told(client);
  } finally {
    client.close();
  }
}

async function told(client: InstanceType<Reflection>): Promise<FileRegistry> {
  const stream = client.ServerReflectionInfo();
  const answers = stream[Symbol.asyncIterator]() as AsyncIterator<ReflectionAnswer, undefined>;
  const ask = async (request: object): Promise<ReflectionAnswer> => {
    stream.write(request);
    return (await answers.next()).value ?? {};
  };
  const files = new Map<string, FileDescriptorProto>();
  const learn = async (request: object): Promise<void> => {
    const { fileDescriptorResponse } = await ask(request);
    for (const bytes of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      const file = fromBinary(FileDescriptorProtoSchema, bytes);
      files.set(file.name, file);
    }
  };
  const { listServicesResponse } = await ask({ listServices: '' });
  const symbols = (listServicesResponse?.service ?? []).map(({ name }) => name);
  for (const fileContainingSymbol of [...symbols, 'google.rpc.Status']) await learn({ fileContainingSymbol });
  for (let missing: string | undefined; (missing = missingOf(files)) !== undefined;) {
    await learn({ fileByFilename: missing });
    if (!files.has(missing)) throw new Error(`${missing} is not reflected`);
  }
  stream.end();
  return createFileRegistry(create(FileDescriptorSetSchema, { file: inOrder(files) }));
}

/** Each after what it imports. */
function inOrder(files: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto | undefined): void => {
    if (file === undefined || ordered.has(file)) return;
    for (const name of file.dependency) add(files.get(name));
    ordered.add(file);
  };
  for (const file of files.values()) add(file);
  return [...ordered];
}

function missingOf(files: ReadonlyMap<string, FileDescriptorProto>): string | undefined {
  return [...files.values()].flatMap(({ dependency }) => dependency).find((name) => !files.has(name));
}
