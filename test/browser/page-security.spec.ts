import { describe, expect, it } from '@jest/globals';
import { enterSecurityCenter, enterWithPasskey } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

const PAGES = ['/', '/console', '/outbox', '/security-center'] as const;

const POLICY = {
  'base-uri': "'none'",
  'connect-src': "'self'",
  'default-src': "'none'",
  'font-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data:",
  'manifest-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self'",
};

describe('the pages as they are served', () => {
  const stories = browserStories();

  it.each(PAGES)(
    '%s lets in scripts of its own files only, and stands in nobody else’s frame',
    async (path) => {
      const answer = await fetch(`${stories.service.origin}${path}`);
      expect(answer.status).toBe(200);
      const directives = (answer.headers.get('content-security-policy') ?? '').split(';');
      const policy = directives.map((directive) => {
        const [name = '', ...sources] = directive.trim().split(' ');
        return [name, sources.join(' ')];
      });
      expect(Object.fromEntries(policy)).toStrictEqual(POLICY);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each(['/docs', '/nowhere'])('%s runs no script inline either', async (path) => {
    const answer = await fetch(`${stories.service.origin}${path}`);
    expect(answer.headers.get('content-security-policy')).toContain("; script-src 'self';");
  });

  it('an answer of the API runs and shows nothing at all', async () => {
    const answer = await fetch(`${stories.service.origin}/v1/mpchat/accounts/nobody`);
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it.each(PAGES)('%s has no script or style in its HTML, and no handler in an attribute', async (path) => {
    const html = await (await fetch(`${stories.service.origin}${path}`)).text();
    const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes = '', inline = ''] of scripts) {
      expect(attributes).toMatch(/ src="\/assets\/[\w.-]+\.js"/);
      expect(inline).toBe('');
    }
    expect(html).not.toMatch(/<style\b|\sstyle=|\son\w+=|javascript:/i);
  });

  it('runs no script that was smuggled into the page, and the breach is noticed', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    await enterSecurityCenter(visitor, 'mpchat');
    const breached = page.evaluate<string>(
      `new Promise((resolve) => document.addEventListener('securitypolicyviolation',
        ({ effectiveDirective }) => resolve(effectiveDirective), { once: true }))`,
    );
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'globalThis.smuggled = true';
      document.body.append(script);
    }`);
    expect(await breached).toBe('script-src-elem');
    expect(await page.evaluate('globalThis.smuggled')).toBeUndefined();
    expect(visitor.watch.takeComplaints()).toStrictEqual([
      expect.stringContaining("violates the following Content Security Policy directive 'script-src 'self''"),
    ]);
  });

  it('stands in no frame of another site, and does where the policy is taken away', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    const framed = `${visitor.origin}/outbox`;
    // Another site on the same machine, so that the browser has no reason of its own to refuse.
    const elsewhere = framed.replace('localhost', '127.0.0.1');
    const body = `<iframe src="${framed}"></iframe>`;
    await page.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body }));
    const urlInFrame = async (): Promise<string | undefined> => {
      await page.goto(elsewhere);
      return page.frames()[1]?.url();
    };
    expect(await urlInFrame()).toBe('chrome-error://chromewebdata/');

    await page.route(framed, async (route) => {
      const response = await route.fetch();
      const { 'content-security-policy': _policy, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    expect(await urlInFrame()).toBe(framed);
  });

  it('shows a name as it was written, and takes no markup from it', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    const name = '<img src=x onerror=1';
    await visitor.click('passkey-rename');
    await visitor.fill('rename-input', name);
    await visitor.click('rename-save');
    await visitor.see('toast', `Renamed to ${name}`);
    expect(await visitor.read('passkey-name')).toBe(name);
    expect(await visitor.page.locator('img').count()).toBe(0);
  });

  it('keeps its session where no script reads it', async () => {
    const visitor = await stories.visitor();
    await enterSecurityCenter(visitor, 'mpchat');
    const cookies = await visitor.context.cookies();
    expect(cookies).toMatchObject([
      { name: '__Host-latchkey', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
    ]);
    expect(await visitor.page.evaluate('document.cookie')).toBe('');
  });
});
