import type { Channel, Message, Messenger } from '../../application/ports/messaging.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { RenderedMessage } from './templates.js';
import { rendered } from './templates.js';

/** What brings a finished message to its channel's gateway. */
export interface Carrier {
  /** @throws MessageNotDelivered */
  carry(message: RenderedMessage): Promise<void>;
}

/** Puts a message into the product's words and hands it to the carrier of its channel. */
export class ChannelMessenger implements Messenger {
  constructor(
    private readonly policies: ReadonlyMap<RelyingPartySlug, RelyingParty>,
    private readonly carriers: Readonly<Record<Channel, Carrier>>,
  ) {}

  async send(message: Message): Promise<void> {
    const policy = this.policies.get(message.rp);
    if (policy === undefined) throw new Error(`no policy is named ${message.rp}`);
    await this.carriers[message.channel].carry(rendered(policy, message));
  }
}
