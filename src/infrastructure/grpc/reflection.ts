import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { ReflectionService } from '@grpc/reflection';
import type { GrpcApi } from './api.js';

/**
 * Tells clients what there is to call. From the descriptors as they are: those that its usual loader makes lose the imports,
 * so that other clients than its own can't read them.
 */
export function reflectionOf({ files }: GrpcApi): ReflectionService {
  const fileDescriptorProtos = files.file.map((file) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, file)),
  );
  return new ReflectionService({
    files: { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos },
  });
}
