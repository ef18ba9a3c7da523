import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { GrpcApi } from '../../src/infrastructure/grpc/api.js';
import { readGrpcApi } from '../../src/infrastructure/grpc/api.js';
import { grpcGaps } from '../../src/infrastructure/rest/reference/grpc-parity.js';

const DOCUMENT = readFileSync('docs/openapi.json', 'utf8');
const api = readGrpcApi();
const original = grpcGaps(JSON.parse(DOCUMENT) as OpenAPIObject, api);
/** What a change brings about, whatever else there was. */
const brought = (document: OpenAPIObject, by: GrpcApi = api): readonly string[] =>
  grpcGaps(document, by).filter((gap) => !original.includes(gap));

/** The document with every `from` in it as `to`. */
const changed = (from: string, to: string): OpenAPIObject => {
  expect(DOCUMENT).toContain(from);
  return JSON.parse(DOCUMENT.replaceAll(from, to)) as OpenAPIObject;
};

describe('C4: REST and gRPC', () => {
  it('have the same calls with the same fields', () => {
    expect(original).toStrictEqual([]);
  });

  it.each([
    [
      'a call that gRPC has no method for',
      '"/v1/{rp}/tokens/redeem"',
      '"/v1/{rp}/tokens/spend"',
      [
        'POST /v1/{rp}/tokens/spend: gRPC lacks it',
        'latchkey.v1.TokensService/RedeemToken: REST lacks POST /v1/{rp}/tokens/redeem',
      ],
    ],
    [
      'a member that no field holds',
      '"matchNumber"',
      '"shownNumber"',
      expect.arrayContaining([
        'latchkey.v1.DevicesService/DecideSignInApproval.matchNumber: only proto has it',
        'latchkey.v1.DevicesService/DecideSignInApproval.shownNumber: proto lacks it',
        'latchkey.v1.SignInsService/VerifySignIn answers.shownNumber: proto lacks it',
      ]),
    ],
    [
      'a word that an enum lacks',
      '"harmonyos"',
      '"symbian"',
      expect.arrayContaining([
        'latchkey.v1.PasskeysService/CheckDevice.device.platform: proto lacks symbian',
      ]),
    ],
    [
      'a header that no metadata passes on',
      '"Approval-Secret"',
      '"Approval-Word"',
      [
        'latchkey.v1.DevicesService/CollectSignIn: Approval-Word is not passed on',
        'latchkey.v1.DevicesService/CollectSignInBySecret: Approval-Word is not passed on',
        'latchkey.v1.DevicesService/RecoverSignIn: Approval-Word is not passed on',
      ],
    ],
    [
      'a query that no field asks',
      '"name": "purpose"',
      '"name": "reason"',
      [
        'latchkey.v1.AccountsService/ListFactors.reason: proto lacks it',
        'latchkey.v1.AccountsService/ListFactors.purpose: only proto has it',
      ],
    ],
  ])('are told apart by %s', (_what, from, to, gaps) => {
    expect(brought(changed(from, to))).toStrictEqual(gaps);
  });

  it('are told apart by a member of another kind', () => {
    const document = JSON.parse(DOCUMENT, (name, value: unknown) =>
      name === 'passkeyCount' ? { type: 'string' } : value,
    ) as OpenAPIObject;
    expect(brought(document)).toStrictEqual([
      'latchkey.v1.AccountsService/GetAccount answers.passkeyCount: a number in proto alone',
    ]);
  });

  it('are told apart by a method that names no call', () => {
    const services = new Map(
      [...api.services].map(([name, methods]) => [
        name,
        methods.map((method) => (method.desc.name === 'GetReset' ? { ...method, rest: undefined } : method)),
      ]),
    );
    const without: GrpcApi = { ...api, services };
    expect(brought(JSON.parse(DOCUMENT) as OpenAPIObject, without)).toStrictEqual([
      'GET /v1/{rp}/accounts/{accountId}/resets/{resetId}: gRPC lacks it',
      'latchkey.v1.ResetsService/GetReset: names no call of REST',
    ]);
  });
});
