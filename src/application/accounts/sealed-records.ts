import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { AccountKey } from '../ports/keyring.js';
import { openJson, sealJson } from '../sealed-json.js';

/** Whose record it is: an account at hand, or any other owner of a key. */
export interface RecordOwner {
  readonly stream: string;
  readonly key: AccountKey;
}

/** Records are kept a little longer than they count, so that who comes late is told that it is too late. */
const KEPT_EXPIRED = 10 * MINUTE;

/** Short-lived records of one kind, sealed under the key of whom they are about. Whether one still counts is the caller's. */
export class SealedRecords<Value extends { readonly expiresAt: Instant }> {
  constructor(
    private readonly kind: string,
    private readonly ephemeral: EphemeralStore,
  ) {}

  async put(
    owner: RecordOwner,
    id: string,
    value: Value,
    until = value.expiresAt + KEPT_EXPIRED,
  ): Promise<void> {
    const name = this.nameOf(owner, id);
    await this.ephemeral.put(name, sealJson(owner.key, name, value), until);
  }

  async find(owner: RecordOwner, id: string): Promise<Value | undefined> {
    const name = this.nameOf(owner, id);
    const sealed = await this.ephemeral.get(name);
    if (sealed === undefined) return undefined;
    return openJson(owner.key, name, sealed) as Value;
  }

  /** All of an owner's with their names. */
  async *all(owner: RecordOwner): AsyncGenerator<readonly [name: string, value: Value], void, undefined> {
    for await (const { key: name, value } of this.ephemeral.entriesNamed(this.nameOf(owner, ''))) {
      yield [name, JSON.parse(new TextDecoder().decode(owner.key.open(name, value))) as Value];
    }
  }

  private nameOf(owner: RecordOwner, id: string): string {
    return `${owner.stream}|${this.kind}|${id}`;
  }
}
