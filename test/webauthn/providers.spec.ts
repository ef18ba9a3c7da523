import { describe, expect, it } from '@jest/globals';
import { AaguidNames } from '../../src/infrastructure/webauthn/providers.js';

describe('the name of a passkey provider', () => {
  const providers = new AaguidNames();

  it.each([
    ['fbfc3007-154e-4ecc-8c0b-6e020557d7bd', 'Apple Passwords'],
    ['ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'Google Password Manager'],
    ['BADA5566-A7AA-401F-BD96-45619A55120D', '1Password'],
    ['08987058-cadc-4b81-b6e1-30de50dcbe96', 'Windows Hello'],
  ])('of %s is %s', (aaguid, name) => {
    expect(providers.nameOf(aaguid)).toBe(name);
  });

  it.each(['00000000-0000-0000-0000-000000000000', '11111111-2222-3333-4444-555555555555', '', '__proto__'])(
    "of '%s' is unknown",
    (aaguid) => {
      expect(providers.nameOf(aaguid)).toBeNull();
    },
  );

  it('is unknown where the list has become empty', () => {
    expect(new AaguidNames({}).nameOf('fbfc3007-154e-4ecc-8c0b-6e020557d7bd')).toBeNull();
  });
});
