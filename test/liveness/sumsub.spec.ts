import { describe, expect, it } from '@jest/globals';
import { sumsubSettings } from '../../src/infrastructure/config/sumsub-settings.js';
import { signedHeaders } from '../../src/infrastructure/liveness/sumsub/request-signing.js';
import { isSigned, readDelivery } from '../../src/infrastructure/liveness/sumsub/sumsub-webhook.js';

describe('a request to Sumsub', () => {
  const credentials = { appToken: 'prd:token', secretKey: 'Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq' };

  it('is signed over seconds, method, path, query and body', () => {
    const body = '{"userId":"johndoeID","levelName":"basic-kyc-level","ttlInSecs":600}';
    expect(
      signedHeaders(credentials, 'POST', '/resources/accessTokens/sdk', body, 1_607_551_635_999),
    ).toStrictEqual({
      'X-App-Token': 'prd:token',
      'X-App-Access-Ts': '1607551635',
      'X-App-Access-Sig': 'ee57eb2999528e3e98274adf859630931e533f75327f45582af4f035c2babdba',
    });
  });
});

describe('a webhook of Sumsub', () => {
  const body = Buffer.from('{"applicantId":"5cb56e8e0a975a35f333cb83","type":"applicantActionReviewed"}');
  const digest = '015850bda924be6970427f007c43e8d8c5044cc2f7ba3e4e513a6caae16dfb7f';

  it('is one where its digest is that of the agreed algorithm over its bytes', () => {
    expect(isSigned(body, { digest, algorithm: 'HMAC_SHA256_HEX' }, 'SoMe_SeCrEt_KeY')).toBe(true);
    for (const headers of [
      { digest, algorithm: 'HMAC_SHA512_HEX' },
      { digest: '414094b7f157060d84372884a3d61b9649a0873a', algorithm: 'HMAC_SHA1_HEX' },
      { digest: digest.toUpperCase(), algorithm: 'HMAC_SHA256_HEX' },
      { digest: undefined, algorithm: 'HMAC_SHA256_HEX' },
      { digest, algorithm: undefined },
    ]) {
      expect(isSigned(body, headers, 'SoMe_SeCrEt_KeY')).toBe(false);
    }
  });

  it('of the sandbox, or sent by hand, is none to production', () => {
    const about = {
      type: 'applicantActionReviewed',
      externalApplicantActionId: `reset.${'a'.repeat(22)}.${'b'.repeat(22)}`,
    };
    for (const mark of [{ sandboxMode: true }, { testMode: true }]) {
      expect(readDelivery({ ...about, ...mark }, false)).toStrictEqual({ kind: 'sandbox' });
      expect(readDelivery({ ...about, ...mark }, true)).toMatchObject({
        kind: 'ask',
        account: 'a'.repeat(22),
      });
    }
    expect(readDelivery({ no: 'type' }, true)).toStrictEqual({ kind: 'malformed' });
  });
});

describe('the settings of Sumsub', () => {
  const whole = {
    SUMSUB_MY_WALLET_APP_TOKEN: 'prd:token',
    SUMSUB_MY_WALLET_SECRET_KEY: 'key',
    SUMSUB_MY_WALLET_WEBHOOK_SECRET: 'secret',
  };

  it('are each product’s own, by its slug', () => {
    const { products, problems } = sumsubSettings(
      { ...whole, SUMSUB_BASE_URL: 'https://sumsub.example' },
      true,
    );
    expect(problems).toStrictEqual([]);
    expect([...products]).toStrictEqual([
      ['my-wallet', { appToken: 'prd:token', secretKey: 'key', webhookSecret: 'secret' }],
    ]);
  });

  it('are whole or not there, and of no sandbox in production', () => {
    const { SUMSUB_MY_WALLET_WEBHOOK_SECRET: _missing, ...part } = whole;
    expect(sumsubSettings(part, false).problems).toStrictEqual([
      'SUMSUB_MY_WALLET_WEBHOOK_SECRET: the others of its product are there without it',
    ]);
    const sandbox = { ...whole, SUMSUB_MY_WALLET_APP_TOKEN: 'sbx:token' };
    expect(sumsubSettings(sandbox, false).problems).toStrictEqual([]);
    expect(sumsubSettings(sandbox, true).problems).toStrictEqual([
      'SUMSUB_MY_WALLET_APP_TOKEN: production takes a token that begins with prd:',
    ]);
  });
});
