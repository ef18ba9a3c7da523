import type { FastifyInstance } from 'fastify';

/**
 * Requests whose bodies arrived in one turn of the event loop go on together, those of one route side by side, step by
 * step: the processor then finds the code of each step warm for all but the first, and what they append shares a commit.
 * One that is alone waits for no more than the end of its turn.
 */
export function handleInCohorts(server: FastifyInstance): void {
  let cohorts = new Map<string | undefined, (() => void)[]>();
  const release = (): void => {
    const released = cohorts;
    cohorts = new Map();
    for (const cohort of released.values()) {
      // Each as a task of its own: one that throws keeps none of the others waiting.
      for (const proceed of cohort) queueMicrotask(proceed);
    }
  };
  server.addHook('preHandler', (request, _reply, proceed) => {
    if (cohorts.size === 0) setImmediate(release);
    const { url: route } = request.routeOptions;
    const cohort = cohorts.get(route);
    if (cohort === undefined) cohorts.set(route, [proceed]);
    else cohort.push(proceed);
  });
}
