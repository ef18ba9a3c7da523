/** What may be shown of an error: nothing in it quotes a value. */
export interface ErrorSummary {
  readonly name: string;
  readonly message: string;
}

/**
 * What an error says of itself that quotes nothing: whoever throws an error with a `reason` promises that of it. Any other
 * message may quote what could not be read.
 */
export function statedReason(error: unknown): string | undefined {
  const stated = error instanceof Error && 'reason' in error ? error.reason : undefined;
  return typeof stated === 'string' ? stated : undefined;
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
