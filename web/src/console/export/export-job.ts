import type { ConsoleApi } from '../console-api.js';
import { say } from '../texts/say.js';
import { LineTaker } from './line-taker.js';

export type ExportFormat = 'ndjson' | 'csv';

export interface ExportWish {
  readonly format: ExportFormat;
  readonly personal: boolean;
  /** Where another export ended: goes on after it. */
  readonly after: string;
}

export type ExportState = 'running' | 'stopped' | 'failed' | 'done';

/** Pieces are put together so often, so that the browser may keep what is large out of memory. */
const PIECE_BYTES = 4 << 20;
/** A cursor stands in the last member or cell that every line has. */
const CURSOR = { ndjson: /"cursor":"(?<cursor>\d+\.\d+)"/u, csv: /,(?<cursor>\d+\.\d+)$/u } as const;

/** One export: the stream is read as it comes, kept line by line, and gone on with from the last line that arrived. */
export class ExportJob {
  state: ExportState = 'stopped';
  error: unknown;
  /** Of the whole log as it was when the export began; 0 until that is known. */
  treeSize = 0;
  /** The last leaf that is there, counting from 0. */
  events = 0;
  bytes = 0;
  /** Where to go on from; empty before the first line. */
  cursor: string;
  onChange: () => void = () => undefined;
  #file = new Blob();
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #pieceBytes = 0;
  #stopper = new AbortController();

  constructor(
    private readonly api: ConsoleApi,
    readonly rp: string,
    readonly wish: ExportWish,
  ) {
    this.cursor = wish.after;
  }

  /** Begins, or goes on. */
  async run(): Promise<void> {
    if (this.state === 'running') return;
    this.#stopper = new AbortController();
    this.#change('running');
    try {
      await this.#read(this.#stopper.signal);
      this.#change('done');
    } catch (error) {
      if (this.#stopper.signal.aborted) this.#change('stopped');
      else {
        this.error = error;
        this.#change('failed');
      }
    }
  }

  stop(): void {
    this.#stopper.abort();
  }

  /** What arrived so far, whole lines all of them. */
  file(): Blob {
    this.#put();
    return this.#file;
  }

  get fileName(): string {
    return `${this.rp}-history.${this.wish.format}`;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { format, personal } = this.wish;
    const query = { format, cursor: this.cursor, personal: personal ? 'open' : undefined };
    const response = await this.api.stream(this.rp, 'audit/export', query, signal);
    this.treeSize = Number(response.headers.get('latchkey-tree-size'));
    this.events = Number(response.headers.get('latchkey-first-leaf'));
    // A head without a line can't be gone on from: it comes again.
    if (this.cursor === '') this.#empty();
    const taker = new LineTaker();
    // The first line of a whole export is its head.
    let heads = this.events === 0 ? 1 : 0;
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      const { bytes, lines } = taker.take(value);
      if (lines === 0) continue;
      this.#add(bytes);
      const counted = Math.max(0, lines - heads);
      heads = Math.max(0, heads - lines);
      this.events += counted;
      if (counted > 0) this.cursor = CURSOR[format].exec(taker.last)?.groups?.['cursor'] ?? this.cursor;
      this.onChange();
    }
    if (taker.isCut || this.events !== this.treeSize) throw new Error(say('export.ended-early'));
  }

  #add(bytes: Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    this.bytes += bytes.length;
    if (this.#pieceBytes >= PIECE_BYTES) this.#put();
  }

  #put(): void {
    this.#file = new Blob([this.#file, ...this.#pieces]);
    this.#pieces = [];
    this.#pieceBytes = 0;
  }

  #empty(): void {
    this.#file = new Blob();
    this.#pieces = [];
    [this.bytes, this.#pieceBytes] = [0, 0];
  }

  #change(state: ExportState): void {
    this.state = state;
    this.onChange();
  }
}
