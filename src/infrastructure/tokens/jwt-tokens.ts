import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { levelOf } from '../../application/accounts/authentication-level.js';
import type { SignInToken, StepUpToken, Token, Tokens } from '../../application/ports/tokens.js';
import type { StepUpMethod } from '../../domain/account/events.js';
import type {
  AccountId,
  DeviceId,
  PasskeyId,
  RelyingPartySlug,
  SessionId,
  StepUpId,
} from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { JwtSigner, seconds } from './jwt-signer.js';
import type { SigningKeys } from './signing-keys.js';

const SIGN_IN = 'latchkey-sign-in+jwt';
const STEP_UP = 'latchkey-step-up+jwt';

/** How the methods are called in `amr` (RFC 8176) where that registry has a name for them. */
const AMR = {
  passkey: 'pop',
  sms: 'sms',
  email: 'email',
  totp: 'otp',
  password: 'pwd',
} as const satisfies Record<StepUpMethod, string>;
const METHODS = Object.fromEntries(Object.entries(AMR).map(([method, amr]) => [amr, method])) as Readonly<
  Record<string, StepUpMethod>
>;

const CLAIMS = z.object({
  aud: z.string(),
  sub: z.string(),
  jti: z.string(),
  exp: z.int(),
  auth_time: z.int(),
  epoch: z.int(),
  amr: z.array(z.enum(Object.values(AMR))),
});
const SIGN_IN_CLAIMS = CLAIMS.extend({
  sid: z.string(),
  passkey_id: z.string().optional(),
  device_id: z.string().optional(),
});
const STEP_UP_CLAIMS = CLAIMS.extend({
  action: z.string(),
  txn_digest: z.string(),
  txn_salt: z.string(),
});

/** Tokens as JWTs (RFC 7519), verified with jose. */
export class JwtTokens implements Tokens {
  private readonly signer: JwtSigner;

  constructor(
    private readonly keys: SigningKeys,
    private readonly issuer: string,
    /** Those of security event tokens: published beside the others, and no token is verified by them. */
    private readonly eventKeys: SigningKeys | null = null,
  ) {
    this.signer = new JwtSigner(keys);
  }

  issue(token: Token): Promise<string> {
    return this.signer.sign(token.kind === 'sign-in' ? SIGN_IN : STEP_UP, this.claims(token));
  }

  async verify(encoded: string, rp: RelyingPartySlug, now: number): Promise<Token | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(
        encoded,
        async ({ kid }) => {
          const key = await this.keys.find(kid ?? '');
          if (key === undefined) throw new errors.JWKSNoMatchingKey();
          return key.publicKey;
        },
        { algorithms: ['ES256'], issuer: this.issuer, audience: rp, currentDate: new Date(now) },
      );
      if (protectedHeader.typ === SIGN_IN) return signInToken(SIGN_IN_CLAIMS.parse(payload));
      if (protectedHeader.typ === STEP_UP) return stepUpToken(STEP_UP_CLAIMS.parse(payload));
      return undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
      throw error;
    }
  }

  async keySet(): Promise<{ readonly keys: readonly object[] }> {
    const ofEvents = (await this.eventKeys?.public()) ?? [];
    return { keys: [...(await this.keys.public()), ...ofEvents] };
  }

  private claims(token: Token): object {
    const common = {
      iss: this.issuer,
      aud: token.rp,
      sub: token.accountId,
      iat: seconds(token.authenticatedAt),
      auth_time: seconds(token.authenticatedAt),
      exp: seconds(token.expiresAt),
      epoch: token.securityEpoch,
      acr: levelOf(token.methods),
      amr: token.methods.map((method) => AMR[method]),
    };
    if (token.kind === 'sign-in') {
      const passkey = token.passkeyId === null ? {} : { passkey_id: token.passkeyId };
      const device = token.deviceId === null ? {} : { device_id: token.deviceId };
      return { jti: token.sessionId, sid: token.sessionId, ...common, ...passkey, ...device };
    }
    return {
      ...common,
      jti: token.stepUpId,
      action: token.action,
      txn_digest: token.transactionDigest,
      txn_salt: token.transactionSalt,
    };
  }
}

function common(claims: z.infer<typeof CLAIMS>) {
  return {
    rp: as<RelyingPartySlug>(claims.aud),
    accountId: as<AccountId>(claims.sub),
    securityEpoch: claims.epoch,
    methods: claims.amr.flatMap((name) => METHODS[name] ?? []),
    authenticatedAt: claims.auth_time * 1000,
    expiresAt: claims.exp * 1000,
  };
}

function signInToken(claims: z.infer<typeof SIGN_IN_CLAIMS>): SignInToken {
  return {
    kind: 'sign-in',
    ...common(claims),
    sessionId: as<SessionId>(claims.sid),
    passkeyId: claims.passkey_id === undefined ? null : as<PasskeyId>(claims.passkey_id),
    deviceId: claims.device_id === undefined ? null : as<DeviceId>(claims.device_id),
  };
}

function stepUpToken(claims: z.infer<typeof STEP_UP_CLAIMS>): StepUpToken {
  return {
    kind: 'step-up',
    ...common(claims),
    stepUpId: as<StepUpId>(claims.jti),
    action: claims.action,
    transactionDigest: claims.txn_digest,
    transactionSalt: claims.txn_salt,
  };
}
