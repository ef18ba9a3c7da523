import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiMethod, GrpcApi } from '../../grpc/api.js';
import { METADATA } from '../../grpc/rest-request.js';
import type { Schema } from './grpc-gaps.js';
import { fieldGaps } from './grpc-gaps.js';
import { markdownTable } from './markdown-table.js';

/** Calls of REST that gRPC has no method for, each with why. */
export const REST_ONLY: Readonly<Record<string, string>> = {};

/** Methods that REST has no call for, each with why. */
const GRPC_ONLY: Readonly<Record<string, string>> = {
  'latchkey.v1.AuditService/SubscribeEvents': 'HTTP has no stream that both sides pace',
};

/** Queries that a method has no field for, each with why. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'latchkey.v1.ComplianceService/GetReport.format': 'CSV and NDJSON are files; rows come as structs',
};

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

interface Operation {
  readonly 'x-scope'?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

const INTRODUCTION = `# REST and gRPC

Every call of the REST API is a method of \`latchkey.v1\` with the same scope, limits and handlers, and every member of its
body, query and answer is a field. This page is generated from the OpenAPI document and the descriptors (\`npm run docs\`); a
test fails on a gap.`;

/** `docs/grpc-parity.md`: each call beside its method. */
export function renderGrpcParity(document: OpenAPIObject, api: GrpcApi): string {
  const methods = methodsByCall(api);
  const both = [...operationsOf(document)].map(([call, operation]) => [
    `\`${call}\``,
    shown(methods.get(call)?.name) || (REST_ONLY[call] ?? 'missing'),
    `\`${operation['x-scope'] ?? ''}\``,
  ]);
  const own = allMethods(api)
    .filter(({ rest }) => rest === undefined)
    .map(({ name }) => [GRPC_ONLY[name] ?? 'missing', shown(name), '`audit`']);
  return `${INTRODUCTION}\n\n${markdownTable(['REST', 'gRPC', 'scope'], [...both, ...own])}\n`;
}

/** What one has and the other lacks; nothing where they are alike. */
export function grpcGaps(document: OpenAPIObject, api: GrpcApi): readonly string[] {
  const methods = methodsByCall(api);
  const operations = operationsOf(document);
  return [
    ...[...operations.keys()]
      .filter((call) => !methods.has(call) && REST_ONLY[call] === undefined)
      .map((call) => `${call}: gRPC lacks it`),
    ...Object.keys(REST_ONLY)
      .filter((call) => !operations.has(call) || methods.has(call))
      .map((call) => `${call}: is not of REST alone`),
    ...allMethods(api)
      .filter(({ name, rest }) => rest === undefined && GRPC_ONLY[name] === undefined)
      .map(({ name }) => `${name}: names no call of REST`),
    ...[...methods].flatMap(([call, method]) => {
      const operation = operations.get(call);
      return operation === undefined ? [`${method.name}: REST lacks ${call}`] : callGaps(operation, method);
    }),
  ];
}

function callGaps(
  { parameters = [], requestBody, responses }: Operation,
  { name, desc, rest }: ApiMethod,
): readonly string[] {
  const body = schemaOf(requestBody);
  const inBody = body === undefined ? [] : (body.anyOf ?? [body]);
  const inQuery = parameters.filter(({ in: place }) => place === 'query').map((parameter) => parameter.name);
  const known: readonly string[] = METADATA;
  const inHeaders = parameters.filter(({ in: place }) => place === 'header');
  const named = [...inQuery, ...(rest?.path.match(/(?<=\{)\w+/gu) ?? [])];
  const message = {
    ...desc.input,
    // What a path or a query says is text in REST and may be anything here; what removes has no member of its own.
    fields: desc.input.fields.filter(({ jsonName }) => !named.includes(jsonName) && jsonName !== 'remove'),
  };
  const fields = new Set(desc.input.fields.map(({ jsonName }) => jsonName));
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  return [
    ...inHeaders
      .filter((header) => !known.includes(header.name.toLowerCase()))
      .map((header) => `${name}: ${header.name} is not passed on`),
    ...named
      .map((each) => `${name}.${each}`)
      .filter((each) => !fields.has(each.slice(name.length + 1)) && NOT_ASKED[each] === undefined)
      .map((each) => `${each}: proto lacks it`),
    ...fieldGaps(message, inBody, name),
    // A stream is the body as it is, in pieces.
    ...(desc.methodKind === 'unary'
      ? fieldGaps(desc.output, [schemaOf(success) ?? {}], `${name} answers`)
      : []),
  ];
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.['application/json']?.schema;
}

function operationsOf({ paths }: OpenAPIObject): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      METHODS.flatMap((method): [string, Operation][] => {
        const operation = item[method] as Operation | undefined;
        return operation === undefined ? [] : [[`${method.toUpperCase()} ${path}`, operation]];
      }),
    ),
  );
}

function allMethods({ services }: GrpcApi): readonly ApiMethod[] {
  return [...services.values()].flat();
}

function methodsByCall(api: GrpcApi): ReadonlyMap<string, ApiMethod> {
  return new Map(
    allMethods(api).flatMap((method): [string, ApiMethod][] =>
      method.rest === undefined ? [] : [[`${method.rest.method} ${method.rest.path}`, method]],
    ),
  );
}

function shown(name: string | undefined): string {
  return name === undefined ? '' : `\`${name.replace(/^latchkey\.v1\./u, '')}\``;
}
