import type { Channel, NoticeKind } from '../../application/ports/messaging.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Carrier } from './channel-messenger.js';
import type { RenderedMessage } from './templates.js';

export interface OutboxEntry {
  readonly to: string;
  readonly channel: Channel;
  readonly purpose: 'code' | 'notice';
  readonly code?: string;
  /** What a notice tells of. */
  readonly notice?: NoticeKind;
  readonly text: string;
  readonly at: Instant;
}

/** Where messages go in development: the last few, in memory, for the developer to read. */
export class Outbox implements Carrier {
  private entries: readonly OutboxEntry[] = [];

  constructor(
    private readonly now: () => Instant,
    private readonly capacity = 500,
  ) {}

  carry({ message, text }: RenderedMessage): Promise<void> {
    const entry: OutboxEntry = {
      to: message.to,
      channel: message.channel,
      purpose: message.purpose,
      ...(message.purpose === 'code' ? { code: message.code } : { notice: message.notice.kind }),
      text,
      at: this.now(),
    };
    this.entries = [entry, ...this.entries].slice(0, this.capacity);
    return Promise.resolve();
  }

  /**
   * Newest first.
   * @param to only those to this destination, written in any way: a query turns the `+` of a phone number into
   * a space
   */
  list(to?: string): readonly OutboxEntry[] {
    if (to === undefined) return this.entries;
    return this.entries.filter((entry) => spelledAlike(entry.to) === spelledAlike(to));
  }
}

function spelledAlike(destination: string): string {
  return destination.toLowerCase().replace(/[\s()+-]/g, '');
}
