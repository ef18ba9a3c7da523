import { describe, expect, it } from '@jest/globals';
import { CAUSES } from '../../../src/domain/diagnosis/cause.js';
import { deviceCausesOf, explained } from '../../../src/domain/diagnosis/diagnosis.js';
import { checkDevice } from '../../../src/domain/policy/device-check.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

describe('a cause in words', () => {
  it.each(CAUSES)(
    '%s has a meaning and something to do, in both languages and for both products',
    (cause) => {
      const texts = [mpchat, moomoo].flatMap((policy) =>
        (['en', 'zh'] as const).map((language) => explained(policy, [cause], [], language).diagnosis),
      );
      for (const { code, meaning, next } of texts) {
        expect(code).toBe(cause);
        expect(next.length).toBeGreaterThan(0);
        for (const text of [meaning, ...next]) expect(text).not.toMatch(/undefined|\[object|^$/);
      }
      expect(texts[1]?.meaning).toMatch(/\p{Script=Han}/u);
      expect(texts[0]?.meaning).not.toMatch(/\p{Script=Han}/u);
    },
  );

  it('points to Reset where passkeys are reset, and to removal where they are removed', () => {
    const next = (policy: typeof mpchat) =>
      explained(policy, ['passkey-invalidated'], [], 'en').diagnosis.next.join(' ');
    expect(next(mpchat)).toContain('reset your passkey');
    expect(next(moomoo)).toContain('remove the old passkey');
  });

  it('of a device is the device’s problem, with the policy’s numbers and its link', () => {
    const problems = checkDevice(mpchat, {
      platform: 'ios',
      osVersion: '15',
      appVersion: '1.5.0',
      passwordsApp: false,
    });
    expect(deviceCausesOf(problems)).toStrictEqual(['os-too-old', 'passwords-app-missing']);
    expect(explained(mpchat, deviceCausesOf(problems), problems, 'en')).toStrictEqual({
      diagnosis: {
        code: 'os-too-old',
        meaning: 'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
        next: ['Update your system and try again'],
      },
      otherCauses: [
        {
          code: 'passwords-app-missing',
          meaning: 'Before adding a Passkey, please make sure the Passwords app is installed on your iPhone.',
          next: ['Download Passwords app: https://apps.apple.com/mo/app/passwords/id6473799789'],
        },
      ],
      alternatives: ['sms', 'email', 'password'],
    });
  });
});
