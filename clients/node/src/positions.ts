/** Accounts that are remembered: a query that comes later than so many others has nothing left to wait for. */
const MOST = 10_000;

/** How far each account's last command of this client has come. Positions are opaque and can't be put in order. */
export class Positions {
  readonly #byAccount = new Map<string, string>();
  #last: string | undefined;

  /** @param accountId undefined for a query about the product as a whole */
  of(accountId: string | undefined): string | undefined {
    return accountId === undefined ? this.#last : this.#byAccount.get(accountId);
  }

  keep(accountId: string | undefined, position: string): void {
    this.#last = position;
    if (accountId === undefined) return;
    this.#byAccount.delete(accountId);
    this.#byAccount.set(accountId, position);
    if (this.#byAccount.size <= MOST) return;
    const [oldest] = this.#byAccount.keys();
    if (oldest !== undefined) this.#byAccount.delete(oldest);
  }
}
