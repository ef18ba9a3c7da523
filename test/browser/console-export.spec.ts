import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { serverStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';
import { NO_SESSION, history, openConsole, revoke } from '../support/console-journeys.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A connection over which, the first time, no more comes after the first pieces. */
const STALLING = `{
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (!String(asked[0]).includes('/audit/export')) return answer;
    window.fetch = fetched;
    let passed = 0;
    const stalling = new TransformStream({
      async transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += 1000) {
          if (passed > 20000) await new Promise(() => {});
          controller.enqueue(chunk.slice(at, at + 1000));
          passed += 1000;
        }
      },
    });
    const { signal } = asked[1];
    const body = answer.body.pipeThrough(stalling);
    const cut = new ReadableStream({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
        const reader = body.getReader();
        const pump = () => reader.read().then(({ done, value }) => {
          if (done) controller.close();
          else { controller.enqueue(value); pump(); }
        }, () => {});
        pump();
      },
    });
    return new Response(cut, { status: answer.status, headers: answer.headers });
  };
}`;

describe('B9: the export of the console', () => {
  const stories = serverStories();

  beforeAll(async () => {
    await history(stories.service, 'moomoo', 120);
  });

  const enter = async (key?: string): Promise<Visitor> => {
    const visitor = await stories.visitor();
    const given = key ?? (await stories.service.keyFor('moomoo', 'audit'));
    await openConsole(visitor, given, '#/moomoo/export');
    return visitor;
  };
  const saved = async (visitor: Visitor): Promise<string> => {
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      visitor.click('export-save'),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };
  const treeSize = (lines: readonly string[]): number =>
    (JSON.parse(lines[0] ?? '{}') as { treeSize: number }).treeSize;
  /** The answer as far as somewhere in its middle, where the connection is lost. */
  const breakOff = async (visitor: Visitor, at: (length: number) => number): Promise<void> => {
    await visitor.page.route(
      '**/audit/export*',
      async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        await route.fulfill({ response, body: body.subarray(0, at(body.length)) });
      },
      { times: 1 },
    );
  };
  const leafIndexes = (lines: readonly string[]): readonly number[] =>
    lines.map((line) => (JSON.parse(line) as { leafIndex: number }).leafIndex);

  it('has every event, says how far it is, and is what latchkey-verify takes', async () => {
    const visitor = await enter();
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export is complete.');
    const text = await saved(visitor);
    const lines = text.trimEnd().split('\n');
    const size = treeSize(lines);
    expect(leafIndexes(lines.slice(1))).toStrictEqual([...Array(size).keys()]);
    expect(await visitor.read('export-count')).toMatch(new RegExp(`^${size} of ${size} events, `, 'u'));
    expect(await visitor.find('export-bar').getAttribute('value')).toBe(String(size));
    expect(await visitor.find('export-cancel').isHidden()).toBe(true);

    const folder = temporaryFolder();
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const { checkpoint } = JSON.parse(lines[0] ?? '') as { checkpoint: string };
    const key = await stories.service.call('GET', '/v1/moomoo/audit/key');
    const { stdout } = await promisify(execFile)(process.execPath, [
      'bin/latchkey-verify.js',
      file('export.ndjson', text),
      '--key',
      file('log.key', (key.body as { verifierKey: string }).verifierKey),
      '--checkpoint',
      file('checkpoint.txt', checkpoint),
    ]);
    expect(stdout).toContain(`whole: the checkpoints vouch for ${size} of ${size} events`);
  });

  it.each([
    ['ndjson', 'in the middle of a line', (length: number) => Math.floor(length / 2)],
    ['ndjson', 'in its head', () => 20],
    ['csv', 'in the middle of a line', (length: number) => Math.floor(length / 2)],
  ] as const)('goes on, as %s, where the connection was lost %s', async (format, _where, at) => {
    const visitor = await enter();
    await visitor.find('export-format').selectOption(format);
    await breakOff(visitor, at);
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export broke off.');
    await visitor.see('export-notice', 'Resume goes on from the last line.');
    // What is there is whole lines, and can be kept.
    if ((await visitor.find('export-save').count()) > 0 && (await visitor.find('export-save').isVisible()))
      expect((await saved(visitor)).endsWith('\n')).toBe(true);
    await visitor.click('export-resume');
    await visitor.see('export-state', 'The export is complete.');
    const text = await saved(visitor);
    const again = await stories.service.call('GET', `/v1/moomoo/audit/export?format=${format}`);
    // What was recorded since stands behind it, and the head names another size.
    const lines = text.trimEnd().split('\n');
    const expected = again.text.trimEnd().split('\n');
    const withoutCursor = (line: string): string => line.replace(/"cursor":"[^"]*"|,\d+\.\d+\r?$/u, '');
    expect(lines.slice(1).map(withoutCursor)).toStrictEqual(
      expected.slice(1, lines.length).map(withoutCursor),
    );
  });

  it('is cancelled in its middle, and goes on without a gap or a repeat', async () => {
    const visitor = await enter();
    await visitor.page.evaluate(STALLING);
    await visitor.click('export-start');
    await visitor.page.waitForFunction(`document.querySelector('[data-testid=export-bar]').value >= 20`);
    await visitor.see('export-state', 'The export is running.');
    await visitor.click('export-cancel');
    await visitor.see('export-state', 'The export was cancelled.');
    const part = (await saved(visitor)).trimEnd().split('\n');
    const size = treeSize(part);
    expect(part.length - 1).toBeGreaterThanOrEqual(20);
    expect(part.length - 1).toBeLessThan(size);
    expect(await visitor.read('export-position')).toBe(`${size}.${part.length - 2}`);
    await visitor.click('export-resume');
    await visitor.see('export-state', 'The export is complete.');
    const lines = (await saved(visitor)).trimEnd().split('\n');
    expect(lines.slice(0, part.length)).toStrictEqual(part);
    expect(leafIndexes(lines.slice(1))).toStrictEqual([...Array(size).keys()]);
  });

  it('is cancelled before anything came, and goes on', async () => {
    const visitor = await enter();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await visitor.page.route(
      '**/audit/export*',
      async (route) => {
        await held;
        await route.abort().catch(() => undefined);
      },
      { times: 1 },
    );
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export is running.');
    await visitor.click('export-cancel');
    await visitor.see('export-state', 'The export was cancelled.');
    release();
    // It waits while other views are looked at.
    await visitor.click('nav-search');
    await visitor.see('search-count');
    await visitor.click('nav-export');
    await visitor.click('export-resume');
    await visitor.see('export-state', 'The export is complete.');
    const lines = (await saved(visitor)).trimEnd().split('\n');
    expect(lines).toHaveLength(treeSize(lines) + 1);
  });

  it('goes on after a cursor of another file, and takes none that is made up', async () => {
    const whole = await stories.service.call('GET', '/v1/moomoo/audit/export');
    const { cursor } = JSON.parse(whole.text.split('\n')[11] ?? '') as { cursor: string };
    const visitor = await enter();
    await visitor.fill('export-after', cursor);
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export is complete.');
    const lines = (await saved(visitor)).trimEnd().split('\n');
    expect(leafIndexes(lines)[0]).toBe(11);
    expect(lines).toHaveLength(treeSize(whole.text.split('\n')) - 11);

    await visitor.fill('export-after', '999999.1');
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export broke off.');
    await visitor.see('export-notice', 'The log is not as long as this link says.');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['404 log-too-short']);
  });

  it('outlives the session that began it for the same key, and no other', async () => {
    const key = await stories.service.keyFor('moomoo', 'audit');
    const visitor = await enter(key);
    await breakOff(visitor, (length) => Math.floor(length / 2));
    await visitor.click('export-start');
    await visitor.see('export-state', 'The export broke off.');
    const before = await visitor.read('export-position');
    stories.service.clock.advance(3_600_000);
    await visitor.click('export-resume');
    await visitor.see('console-ended');
    await visitor.fill('console-key', key);
    await visitor.click('console-open');
    await visitor.see('export-position', before);
    await visitor.click('export-resume');
    await visitor.see('export-state', 'The export is complete.');

    await revoke(stories.service, key);
    await visitor.click('nav-search');
    await visitor.see('console-ended');
    await visitor.fill('console-key', await stories.service.keyFor('moomoo', 'audit'));
    await visitor.click('console-open');
    await visitor.click('nav-export');
    await visitor.see('export-start');
    expect(await visitor.find('export-state').count()).toBe(0);
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION, NO_SESSION]);
  });
});
