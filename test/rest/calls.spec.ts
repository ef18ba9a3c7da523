import { PATH_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from '@jest/globals';
import { API_CONTROLLERS, OPERATORS_CONTROLLERS } from '../../src/app.module.js';
import type { CallDescription } from '../../src/infrastructure/rest/call.js';
import { CALL } from '../../src/infrastructure/rest/call.js';

interface Handler {
  readonly path: string;
  readonly call: CallDescription | undefined;
}

/** Every handler of every controller that production serves. */
const HANDLERS: readonly Handler[] = [...API_CONTROLLERS, ...OPERATORS_CONTROLLERS].flatMap((controller) => {
  const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const { constructor: _itself, ...methods } = Object.getOwnPropertyDescriptors(controller.prototype);
  return Object.values<PropertyDescriptor>(methods).flatMap(({ value }: { value?: unknown }) => {
    if (typeof value !== 'function' || !Reflect.hasMetadata(PATH_METADATA, value)) return [];
    const path = Reflect.getMetadata(PATH_METADATA, value) as string;
    const call = Reflect.getMetadata(CALL, value) as CallDescription | undefined;
    return [{ path: [prefix, path].filter((part) => part !== '/' && part !== '').join('/'), call }];
  });
});

describe('a route', () => {
  it('that asks for no key and no scope is one of these', () => {
    const open = HANDLERS.filter(({ call }) => call === undefined).map(({ path }) => path);
    expect(open.sort()).toStrictEqual([
      '.well-known/:file',
      '.well-known/jwks.json',
      'console/sessions',
      'console/sessions/current',
      'console/sessions/current',
      'health/live',
      'health/ready',
      'metrics',
      'portal/actions',
      'portal/sessions',
      'portal/sessions/current',
      'portal/sessions/current',
      'v1/:rp/.well-known/:file',
      'v1/:rp/.well-known/jwks.json',
      // The provider signs what it sends.
      'v1/webhooks/sumsub/:rp',
    ]);
  });

  it('with a key names its product, and its account where a page may make the call', () => {
    for (const { path, call } of HANDLERS) {
      if (call === undefined) continue;
      expect(path).toMatch(/^v1\/:rp(\/|$)/u);
      // The guard holds a page to its own account by this parameter.
      // A ceremony names its account itself: test/e2e/diagnosis.spec.ts asks with another's.
      if (call.page === true) expect(path).toMatch(/\/accounts\/:accountId|\/ceremonies\/:ceremonyId\//);
    }
  });
});
