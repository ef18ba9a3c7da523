import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, Refused } from './problem.js';

/** What goes wrong before any route is found: a path that is no URL, or that is longer than any of ours. */
export function answerFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = problemOf(refusedBy(error));
  void reply.status(problem.status).type('application/problem+json').send(problem);
}

/** The message of the error itself repeats the path, and account ids stand in paths. */
function refusedBy({ code }: FastifyError): Refused {
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new Refused('not-found');
  return new Refused('request-invalid', { errors: [{ pointer: '', detail: 'the path is not a valid URL' }] });
}
