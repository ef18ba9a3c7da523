import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { OWN_ACTIONS } from '../../src/domain/policy/own-actions.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { moomoo, mpchat, shippedPolicies } from '../support/shipped-policies.js';

const actionOf = (policy: RelyingParty, name: string) =>
  policy.actions.find((action) => action.name === name);

const stopped = (policy: RelyingParty, cause: 'reset' | 'phone-change') =>
  policy.actions.filter(({ stoppedBy }) => stoppedBy.includes(cause)).map(({ name }) => name);

it('two products ship', () => {
  expect([...shippedPolicies.keys()]).toStrictEqual(['moomoo', 'mpchat']);
});

describe('the wallet’s policy', () => {
  it('allows one passkey, bound after any one of three factors and removed by Reset only', () => {
    expect(mpchat.passkeys).toStrictEqual({
      maximum: 1,
      removal: 'reset-only',
      nameMaximumLength: 20,
      cloneConsequence: 'flagged',
      attestation: 'none',
      unvouchedWait: DAY,
    });
    expect(mpchat.factors.beforeBinding).toStrictEqual(['sms', 'email', 'totp']);
  });

  it('asks for a passkey and a code for a withdrawal on chain, once', () => {
    expect(actionOf(mpchat, 'onchain-withdrawal')).toStrictEqual({
      name: 'onchain-withdrawal',
      title: { en: 'On-chain withdrawal', zh: '链上提现' },
      text: {
        en: 'withdraw {amount} {asset} to {address}',
        zh: '将 {amount} {asset} 提取到 {address}',
      },
      alternatives: [
        ['passkey', 'sms'],
        ['passkey', 'email'],
        ['passkey', 'totp'],
      ],
      lifetime: 5 * MINUTE,
      singleUse: true,
      sensitive: true,
      stoppedBy: ['reset', 'phone-change'],
    });
  });

  it('asks for a passkey alone for everything else of its own', () => {
    const own = ['internal-transfer', 'open-wallet', 'card-apply', 'card-reveal', 'card-freeze'];
    for (const name of [...own, 'card-unfreeze', 'card-delete', 'change-identity']) {
      expect(actionOf(mpchat, name)?.alternatives).toStrictEqual([['passkey']]);
    }
  });

  it('stops withdrawals for a day after a reset, and transfers too after a phone change', () => {
    expect(mpchat.coolingOff).toStrictEqual({ reset: DAY, 'phone-change': DAY });
    expect(stopped(mpchat, 'reset')).toStrictEqual(['onchain-withdrawal']);
    expect(stopped(mpchat, 'phone-change')).toStrictEqual(['onchain-withdrawal', 'internal-transfer']);
  });

  it('has two entry points that return to their own places', () => {
    expect(mpchat.entryPoints).toStrictEqual([
      {
        name: 'wallet-onboarding',
        title: { en: 'Wallet', zh: '钱包' },
        purposeText: { en: 'Use a Passkey to open your wallet', zh: '使用通行密钥开通钱包' },
        returnTo: '/wallet',
        complianceStep: true,
      },
      {
        name: 'security-center',
        title: { en: 'Security Center', zh: '安全中心' },
        purposeText: { en: 'Use a Passkey to verify', zh: '使用通行密钥进行验证' },
        returnTo: '/security-center',
        complianceStep: false,
      },
    ]);
  });
});

describe('the broker’s policy', () => {
  it('allows several passkeys, bound after an SMS code and removed by their owner', () => {
    expect(moomoo.passkeys).toStrictEqual({
      maximum: 10,
      removal: 'with-proof',
      nameMaximumLength: 20,
      cloneConsequence: 'suspended',
      attestation: 'none',
      unvouchedWait: DAY,
    });
    expect(moomoo.factors.beforeBinding).toStrictEqual(['sms']);
  });

  it('lets a lost passkey be removed by SMS as well', () => {
    expect(actionOf(moomoo, 'remove-passkey')?.alternatives).toStrictEqual([['passkey'], ['sms']]);
  });

  it('asks for a passkey for what is sensitive', () => {
    for (const name of ['unlock-trading', 'withdraw-funds', 'change-security-settings']) {
      const action = actionOf(moomoo, name);
      expect([action?.alternatives, action?.sensitive]).toStrictEqual([[['passkey']], true]);
    }
  });

  it('falls back to the password or a phone code at sign-in', () => {
    expect(moomoo.signIn.fallbacks).toStrictEqual(['password', 'sms']);
  });
});

describe.each([
  ['wallet', mpchat],
  ['broker', moomoo],
])('the %s’s policy', (_product, policy) => {
  it('locks for an hour after ten wrong entries in five minutes', () => {
    expect(policy.lockOut).toStrictEqual({
      failures: 10,
      window: 5 * MINUTE,
      duration: HOUR,
      failuresInARow: 100,
    });
  });

  it('lets a code live for ten minutes and five guesses', () => {
    expect(policy.factors.codeLifetime).toBe(10 * MINUTE);
    expect(policy.factors.codeMaximumGuesses).toBe(5);
    expect(policy.factors.grantLifetime).toBe(10 * MINUTE);
  });

  it('keeps the proofs of the service’s own actions short and single', () => {
    for (const name of OWN_ACTIONS) {
      const action = actionOf(policy, name);
      expect([action?.lifetime, action?.singleUse]).toStrictEqual([5 * MINUTE, true]);
    }
  });
});
