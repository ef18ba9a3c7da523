/** Shapes of the service's answers to the console, as far as it reads them. Times are RFC 3339 UTC. */

export interface ConsoleProduct {
  readonly rp: string;
  readonly name: string;
  readonly timeZone: string;
}

export interface ConsoleSession {
  readonly keyId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly products: readonly ConsoleProduct[];
  readonly expiresAt: string;
}

export interface LogEvent {
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly subject: string | null;
  readonly accountId?: string;
  readonly personal?: unknown;
  readonly endUser?: unknown;
  /** False where the store has lost what the log has here. */
  readonly present: boolean;
  readonly type: string | null;
  readonly at: string | null;
  readonly actor: string | null;
  readonly eventId: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly text: string | null;
  /** Base64 of the stored bytes, where they were asked for. */
  readonly stored?: string;
}

export interface EventPage {
  readonly events: readonly LogEvent[];
  readonly next?: string;
}

export interface Checkpoint {
  readonly origin: string;
  readonly treeSize: number;
  readonly signedAt: string;
  /** The signed note. */
  readonly checkpoint: string;
}

export interface InclusionAnswer {
  readonly leafHash: string;
  readonly path: readonly string[];
}

export interface ConsistencyAnswer {
  readonly path: readonly string[];
}

export type Cell = string | number | boolean | null;
export type Cells = Readonly<Record<string, Cell>>;

export interface Figure {
  readonly figure: string;
  readonly definition: string;
}

export interface ReportDescription {
  readonly report: string;
  readonly title: string;
  readonly about: string;
  /** Days, one moment, or how things are now. */
  readonly span: 'days' | 'moment' | 'now';
  readonly definitions: { readonly columns: readonly Figure[]; readonly totals: readonly Figure[] };
}

export interface ReportAnswer extends ReportDescription {
  readonly timeZone: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly generatedAt: string;
  readonly totals: Cells;
  readonly rows: readonly Cells[];
  readonly next?: string;
}
