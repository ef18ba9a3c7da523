import type { Stranger } from '../../domain/account/commands.js';
import type {
  AccountEvent,
  AccountEventOf,
  AccountEventType,
  StepUpMethod,
} from '../../domain/account/events.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type {
  AccountId,
  ApprovalId,
  DeviceId,
  PasskeyId,
  SecretHash,
  SessionId,
  SubjectId,
} from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { HOUR } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { ServiceKey } from '../ports/service-key.js';
import type { Tokens } from '../ports/tokens.js';
import type { Signals } from './signals.js';
import { acceptedCredentials } from './signals.js';

/** A sign-in proven once is believed for an hour (NIST SP 800-63B-4 §2.2.3: inactivity at AAL2). */
const TOKEN_LIFETIME = HOUR;

export interface SignedIn {
  readonly status: 'signed-in';
  readonly accountId: AccountId;
  /** Absent where another way than a passkey was taken. */
  readonly passkeyId?: PasskeyId;
  readonly token: string;
  /** Only where the device came to be trusted by it; shown once. */
  readonly deviceToken?: string;
  readonly signals: Signals;
}

export interface ApprovalRequired {
  readonly status: 'approval-required';
  readonly accountId: AccountId;
  readonly passkeyId?: PasskeyId;
  readonly approvalId: ApprovalId;
  /** What the new device asks for the outcome with; shown once. */
  readonly approvalSecret: string;
  /** Shown on the new device, to be typed on the trusted one. */
  readonly matchNumber: string;
  readonly expiresAt: Instant;
  readonly signals: Signals;
}

export type SignInAnswer = SignedIn | ApprovalRequired;

/** What is made for a device before it is known whether it needs it: its ids, and the secrets that they stand for. */
export interface StrangersSecrets {
  readonly stranger: Stranger;
  readonly deviceToken: string;
  readonly approvalSecret: string;
}

export interface Session {
  readonly sessionId: SessionId;
  readonly method: StepUpMethod;
  readonly passkeyId: PasskeyId | null;
  readonly deviceId: DeviceId | null;
  readonly authenticatedAt: Instant;
}

/** What the client of a sign-in is told: in, or to wait for a trusted device. */
export class SignInAnswers {
  constructor(
    private readonly tokens: Tokens,
    private readonly identifiers: Identifiers,
    private readonly key: ServiceKey,
  ) {}

  /** Null where the policy asks for no approval. */
  strangerAt(policy: RelyingParty, subject: SubjectId): StrangersSecrets | null {
    if (!policy.newDeviceApproval.required) return null;
    const approvalId = as<ApprovalId>(this.identifiers.randomId());
    const deviceToken = this.identifiers.secret();
    const approvalSecret = this.secretOf(policy, approvalId, subject);
    return {
      deviceToken,
      approvalSecret,
      stranger: {
        approvalId,
        secretHash: this.hash(approvalSecret),
        deviceId: as<DeviceId>(this.identifiers.randomId()),
        tokenHash: this.hash(deviceToken),
      },
    };
  }

  hash(secret: string): SecretHash {
    return as(this.identifiers.sha256(secret));
  }

  async answer(
    policy: RelyingParty,
    account: EnrolledAccount,
    events: readonly AccountEvent[],
    session: Session,
    secrets: StrangersSecrets | null,
  ): Promise<SignInAnswer> {
    const requested = found(events, 'SignInApprovalRequested');
    if (requested !== undefined && secrets !== null) {
      const { approvalId, expiresAt } = requested.data;
      return {
        status: 'approval-required',
        ...this.whose(account, session),
        approvalId,
        approvalSecret: secrets.approvalSecret,
        matchNumber: this.matchNumber(policy, approvalId),
        expiresAt,
        signals: acceptedCredentials(policy, account),
      };
    }
    const trusted = found(events, 'DeviceTrusted');
    const deviceId = trusted?.data.deviceId ?? session.deviceId;
    return {
      status: 'signed-in',
      ...this.whose(account, session),
      token: await this.token(policy, account, { ...session, deviceId }, session.authenticatedAt),
      ...(trusted !== undefined && secrets !== null && { deviceToken: secrets.deviceToken }),
      signals: acceptedCredentials(policy, account),
    };
  }

  /** @param now its lifetime begins */
  token(policy: RelyingParty, account: EnrolledAccount, session: Session, now: Instant): Promise<string> {
    return this.tokens.issue({
      kind: 'sign-in',
      rp: policy.slug,
      accountId: as<AccountId>(account.accountId),
      sessionId: session.sessionId,
      securityEpoch: account.securityEpoch,
      methods: [session.method],
      passkeyId: session.passkeyId,
      deviceId: session.deviceId,
      authenticatedAt: session.authenticatedAt,
      expiresAt: now + TOKEN_LIFETIME,
    });
  }

  /**
   * From 10 to 99, the same whenever it is asked for and kept nowhere: whoever reads the events can't tell it, and each
   * wrong guess is counted.
   */
  matchNumber(policy: RelyingParty, approvalId: ApprovalId): string {
    const name = this.identifiers.hmacName('match-number', policy.slug, approvalId);
    const drawn = Array.from(name.slice(0, 8)).reduce((sum, digit) => sum * 64 + BASE64URL.indexOf(digit), 0);
    return String(10 + (drawn % 90));
  }

  /** Whose approval a secret is of; undefined where we didn't give it out for this one. */
  subjectOf(policy: RelyingParty, approvalId: string, secret: string): SubjectId | undefined {
    try {
      const sealed = bytesOf(secret);
      return as(new TextDecoder().decode(this.key.open(contextOf(policy, approvalId), sealed)));
    } catch {
      return undefined;
    }
  }

  private secretOf(policy: RelyingParty, approvalId: ApprovalId, subject: SubjectId): string {
    const sealed = this.key.seal(contextOf(policy, approvalId), new TextEncoder().encode(subject));
    return textOf(sealed);
  }

  private whose(account: EnrolledAccount, { passkeyId }: Session) {
    return { accountId: as<AccountId>(account.accountId), ...(passkeyId !== null && { passkeyId }) };
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function contextOf(policy: RelyingParty, approvalId: string): string {
  return `sign-in-approval|${policy.slug}|${approvalId}`;
}

function found<Type extends AccountEventType>(
  events: readonly AccountEvent[],
  type: Type,
): AccountEventOf<Type> | undefined {
  return events.find((event): event is AccountEventOf<Type> => event.type === type);
}

function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @throws where it is no base64url */
function bytesOf(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
