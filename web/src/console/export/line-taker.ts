const NEWLINE = 10;

/** The bytes of an export as they arrive, cut where a line ends: what is kept can always be gone on from. */
export class LineTaker {
  #rest = new Uint8Array();
  #last = new Uint8Array();

  /** The whole lines that are there now, and how many. */
  take(chunk: Uint8Array): { readonly bytes: Uint8Array<ArrayBuffer>; readonly lines: number } {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = bytes.slice(end);
    const whole = bytes.slice(0, end);
    if (end > 0) this.#last = whole.slice(whole.lastIndexOf(NEWLINE, end - 2) + 1);
    let lines = 0;
    for (let at = whole.indexOf(NEWLINE); at >= 0; at = whole.indexOf(NEWLINE, at + 1)) lines += 1;
    return { bytes: whole, lines };
  }

  /** The last whole line, without its end. */
  get last(): string {
    return new TextDecoder().decode(this.#last).trimEnd();
  }

  /** Whether something came that no line end followed. */
  get isCut(): boolean {
    return this.#rest.length > 0;
  }
}
