import { afterAll, afterEach, beforeAll, expect, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import type { VisitorOptions } from './browser-visitor.js';
import { Visitor } from './browser-visitor.js';
import { freePort } from './free-port.js';
import { KillableService } from './killable-service.js';
import type { RunningServer } from './running-server.js';
import { runServer } from './running-server.js';
import { temporaryFolder } from './temporary-folder.js';

const STORY_MS = 120_000;

interface Served {
  readonly origin: string;
}

interface Stories<Service extends Served> {
  readonly service: Service;
  readonly browser: Browser;
  /** Somebody new: no cookie, no passkey. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
}

export type BrowserStories = Stories<KillableService>;

/**
 * The built service and a browser for the stories of one spec file. A story fails where a page complained, or was refused
 * something, that the story didn't ask its `watch` about.
 * @param settings environment variables of the service, beside those of every story
 */
export function browserStories(settings?: Readonly<Record<string, string>>): BrowserStories {
  const start = async (): Promise<KillableService> => {
    const service = new KillableService(temporaryFolder(), await freePort(), undefined, settings);
    await service.start();
    return service;
  };
  return storiesWith(start, (service) => service.kill());
}

/** The same with the service in this process, whose keys, clock and files a story may lay hands on; the pages are the built ones. */
export function serverStories(): Stories<RunningServer> {
  return storiesWith(
    () => runServer(),
    (server) => server.close(),
  );
}

function storiesWith<Service extends Served>(
  start: () => Promise<Service>,
  end: (service: Service) => Promise<void>,
): Stories<Service> {
  jest.setTimeout(STORY_MS);
  const visitors: Visitor[] = [];
  let running: { readonly service: Service; readonly browser: Browser } | undefined;
  const started = (): { readonly service: Service; readonly browser: Browser } => {
    if (running === undefined) throw new Error('the stories have not begun');
    return running;
  };

  beforeAll(async () => {
    const [browser, service] = await Promise.all([launchBrowser(), start()]);
    running = { service, browser };
  });

  afterEach(async () => {
    const left = visitors.splice(0);
    const said = await Promise.all(
      left.map(async ({ watch }) => [...watch.takeComplaints(), ...(await watch.takeRefusals())]),
    );
    await Promise.all(left.map(({ context }) => context.close()));
    expect(said.flat()).toStrictEqual([]);
  });

  afterAll(async () => {
    await running?.browser.close();
    if (running !== undefined) await end(running.service);
  });

  return {
    get service() {
      return started().service;
    },
    get browser() {
      return started().browser;
    },
    visitor: async (options) => {
      const { browser, service } = started();
      const visitor = await Visitor.arrive(browser, service.origin, options);
      visitors.push(visitor);
      return visitor;
    },
  };
}
