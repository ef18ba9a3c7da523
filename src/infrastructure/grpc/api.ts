import { readFileSync } from 'node:fs';
import type { DescExtension, DescMessage, DescMethod, FileRegistry } from '@bufbuild/protobuf';
import { createFileRegistry, fromBinary, getOption, hasOption } from '@bufbuild/protobuf';
import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const DESCRIPTORS = new URL('../../../proto/descriptors.binpb', import.meta.url);

/** A call of the REST API, as a method names it. */
export interface RestCall {
  readonly method: string;
  /** As the OpenAPI document has it: `/v1/{rp}/accounts/{accountId}`. */
  readonly path: string;
}

export interface ApiMethod {
  /** `latchkey.v1.PasskeysService/ListPasskeys` */
  readonly name: string;
  readonly desc: DescMethod;
  /** Undefined for what only gRPC has. */
  readonly rest: RestCall | undefined;
}

/** The gRPC API as `proto/` declares it. */
export interface GrpcApi {
  readonly files: FileDescriptorSet;
  readonly registry: FileRegistry;
  readonly services: ReadonlyMap<string, readonly ApiMethod[]>;
  /** @throws where `proto/` has no such message */
  message(typeName: string): DescMessage;
}

/** @throws where a method's `rest` can't be read as a call */
export function readGrpcApi(): GrpcApi {
  const files = fromBinary(FileDescriptorSetSchema, readFileSync(DESCRIPTORS));
  const registry = createFileRegistry(files);
  const option = registry.getExtension('latchkey.v1.rest');
  if (option === undefined) throw new Error('the descriptors lack the option latchkey.v1.rest');
  const services = new Map<string, readonly ApiMethod[]>();
  for (const type of registry) {
    if (type.kind !== 'service') continue;
    services.set(
      type.typeName,
      type.methods.map((desc) => ({
        name: `${type.typeName}/${desc.name}`,
        desc,
        rest: restCallOf(desc, option),
      })),
    );
  }
  return {
    files,
    registry,
    services,
    message(typeName) {
      const message = registry.getMessage(typeName);
      if (message === undefined) throw new Error(`the descriptors lack ${typeName}`);
      return message;
    },
  };
}

function restCallOf(method: DescMethod, option: DescExtension): RestCall | undefined {
  if (!hasOption(method, option)) return undefined;
  const [verb, path, ...rest] = String(getOption(method, option)).split(' ');
  if (verb === undefined || path === undefined || rest.length > 0) {
    throw new Error(`the option rest of ${method.name} must be METHOD /path`);
  }
  return { method: verb, path };
}
