import type { FastifyInstance } from 'fastify';

/**
 * Requests whose bodies arrived in one turn of the event loop go on together, step by step: the processor then finds the
 * code of each step warm for all but the first, and what they append shares a commit. One that is alone waits for no
 * more than the end of its turn.
 */
export function handleInCohorts(server: FastifyInstance): void {
  let cohort: (() => void)[] = [];
  const release = (): void => {
    const released = cohort;
    cohort = [];
    // Each as a task of its own: one that throws keeps none of the others waiting.
    for (const proceed of released) queueMicrotask(proceed);
  };
  server.addHook('preHandler', (_request, _reply, proceed) => {
    if (cohort.push(proceed) === 1) setImmediate(release);
  });
}
