import { afterAll, afterEach, beforeAll, expect, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import type { VisitorOptions } from './browser-visitor.js';
import { Visitor } from './browser-visitor.js';
import { freePort } from './free-port.js';
import { KillableService } from './killable-service.js';
import { temporaryFolder } from './temporary-folder.js';

const STORY_MS = 120_000;

export interface BrowserStories {
  readonly service: KillableService;
  readonly browser: Browser;
  /** Somebody new: no cookie, no passkey. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
}

/**
 * The built service and a browser for the stories of one spec file. A story fails where a page complained, or was refused
 * something, that the story didn't ask its `watch` about.
 * @param settings environment variables of the service, beside those of every story
 */
export function browserStories(settings?: Readonly<Record<string, string>>): BrowserStories {
  jest.setTimeout(STORY_MS);
  const visitors: Visitor[] = [];
  let running: { readonly service: KillableService; readonly browser: Browser } | undefined;
  const started = (): { readonly service: KillableService; readonly browser: Browser } => {
    if (running === undefined) throw new Error('the stories have not begun');
    return running;
  };

  beforeAll(async () => {
    const service = new KillableService(temporaryFolder(), await freePort(), undefined, settings);
    const [browser] = await Promise.all([launchBrowser(), service.start()]);
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
    await running?.service.kill();
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
