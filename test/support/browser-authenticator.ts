import type { CDPSession } from 'playwright-core';

/** `internal` syncs its passkeys, as a phone or a password manager does; `usb` is a security key, which doesn't. */
export type AuthenticatorKind = 'internal' | 'usb';

/** What Chromium's virtual authenticator tells of a passkey it holds. Ids are base64. */
export interface HeldPasskey {
  readonly credentialId: string;
  readonly rpId?: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

/** An authenticator of one tab, with a person at it who does what the test says (WebAuthn L3 §11). */
export class VirtualAuthenticator {
  private constructor(
    private readonly devTools: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async plugIn(devTools: CDPSession, kind: AuthenticatorKind): Promise<VirtualAuthenticator> {
    const synced = kind === 'internal';
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: kind,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        defaultBackupEligibility: synced,
        defaultBackupState: synced,
      },
    });
    return new VirtualAuthenticator(devTools, authenticatorId);
  }

  /** Whether the person touches it as soon as it asks; otherwise the prompt waits. */
  async answersPrompts(enabled: boolean): Promise<void> {
    const { authenticatorId } = this;
    await this.devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  }

  /** Whether it recognizes the person's finger, face or PIN; otherwise the prompt fails as one that was closed. */
  async recognizesUser(isUserVerified: boolean): Promise<void> {
    const { authenticatorId } = this;
    await this.devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  }

  async passkeys(): Promise<readonly HeldPasskey[]> {
    const { authenticatorId } = this;
    const { credentials } = await this.devTools.send('WebAuthn.getCredentials', { authenticatorId });
    return credentials;
  }
}
