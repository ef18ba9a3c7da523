import type { JsonObject, JsonValue, Message } from '@bufbuild/protobuf';
import { toJson } from '@bufbuild/protobuf';
import type { Metadata } from '@grpc/grpc-js';
import { Refused } from '../rest/problem.js';
import type { ApiMethod, GrpcApi, RestCall } from './api.js';
import { toRestJson } from './words.js';

/** What the REST API is asked in a method's place. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

/** The metadata that means something. No other is passed on: a page's session, for one, is none of a backend's. */
export const METADATA = [
  'authorization',
  'idempotency-key',
  'step-up-token',
  'approval-secret',
  'device-token',
  'latchkey-end-user-address',
  'latchkey-end-user-agent',
  'accept-language',
] as const;

const IN_PATH = /\{(?<name>\w+)\}/gu;

/** @throws Refused where the message can't be asked for in a path, or takes away what it sets */
export function restRequest(
  api: GrpcApi,
  { desc }: ApiMethod,
  rest: RestCall,
  message: Message,
  metadata: Metadata,
): RestRequest {
  const fields = withRemovals(toRestJson(desc.input, jsonOf(api, desc, message)));
  const inPath = new Set<string>();
  const path = rest.path.replaceAll(IN_PATH, (_placeholder, name: string) => {
    inPath.add(name);
    return segment(name, fields[name]);
  });
  const others = Object.entries(fields).filter(([name]) => !inPath.has(name));
  const asks = rest.method === 'GET';
  return {
    method: rest.method,
    path,
    query: asks ? Object.fromEntries(others.map(([name, value]) => [name, queryValue(value)])) : {},
    headers: headersOf(metadata),
    body: asks || others.length === 0 ? undefined : Object.fromEntries(others),
  };
}

function jsonOf({ registry }: GrpcApi, { input }: ApiMethod['desc'], message: Message): JsonObject {
  try {
    return toJson(input, message, { registry }) as JsonObject;
  } catch {
    // A number that is none, a moment beyond the calendar, a value without a kind.
    throw invalid('', 'holds a value that has no JSON');
  }
}

/** Removing is `null` in REST, and nothing at all in a message: `remove` names the fields instead. */
function withRemovals({ remove, ...fields }: JsonObject): JsonObject {
  if (typeof remove !== 'string' || remove === '') return fields;
  const removed: JsonObject = {};
  for (const name of remove.split(',')) {
    if (name in fields) throw invalid('/remove', `names ${name}, which is also set`);
    removed[name] = name === 'identifiers' ? [] : null;
  }
  return { ...fields, ...removed };
}

/** One that is `.` or `..` would be taken for a way through the tree of paths, to another call than this. */
function segment(name: string, value: JsonValue | undefined): string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
    throw invalid(`/${name}`, 'must be given');
  }
  return encodeURIComponent(value);
}

function queryValue(value: JsonValue): string | string[] {
  if (Array.isArray(value)) return value.map((each) => queryValue(each).toString());
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function headersOf(metadata: Metadata): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of METADATA) {
    const values = metadata.get(name);
    if (values.length > 0) headers[name] = values.join(', ');
  }
  return headers;
}

function invalid(pointer: string, detail: string): Refused {
  return new Refused('request-invalid', { errors: [{ pointer, detail }] });
}
