import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

const { Empty, StreamIdentifier } = shared;
const { ReadReq: Request } = streams;

/**
 * Reads of the whole log through a filter, which the server offers and the client's `readAll` does not. Made of the client's own
 * generated messages.
 */
export function logRequest(
  from: number | 'start' | 'end',
  prefixes: readonly string[],
  count: number,
): ReadReq {
  const all = new Request.Options.AllOptions();
  if (from === 'start') all.setStart(new Empty());
  else if (from === 'end') all.setEnd(new Empty());
  else {
    const position = new Request.Options.Position();
    position.setCommitPosition(String(from));
    position.setPreparePosition(String(from));
    all.setPosition(position);
  }
  const expression = new Request.Options.FilterOptions.Expression();
  expression.setPrefixList([...prefixes]);
  const filter = new Request.Options.FilterOptions();
  filter.setStreamIdentifier(expression);
  filter.setCount(new Empty());
  filter.setCheckpointintervalmultiplier(1);
  const options = optionsOf(count);
  options.setAll(all);
  options.setFilter(filter);
  options.setReadDirection(
    from === 'end' ? Request.Options.ReadDirection.BACKWARDS : Request.Options.ReadDirection.FORWARDS,
  );
  return requestOf(options);
}

export function streamRequest(name: string, from: number | 'end', count: number): ReadReq {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(name).toString('base64'));
  const stream = new Request.Options.StreamOptions();
  stream.setStreamIdentifier(identifier);
  if (from === 'end') stream.setEnd(new Empty());
  else stream.setRevision(String(from));
  const options = optionsOf(count);
  options.setStream(stream);
  options.setNoFilter(new Empty());
  options.setReadDirection(
    from === 'end' ? Request.Options.ReadDirection.BACKWARDS : Request.Options.ReadDirection.FORWARDS,
  );
  return requestOf(options);
}

function optionsOf(count: number): ReadReq.Options {
  const uuids = new Request.Options.UUIDOption();
  uuids.setString(new Empty());
  const options = new Request.Options();
  options.setUuidOption(uuids);
  options.setResolveLinks(false);
  options.setCount(String(count));
  return options;
}

function requestOf(options: ReadReq.Options): ReadReq {
  const request = new Request();
  request.setOptions(options);
  return request;
}
