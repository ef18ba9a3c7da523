/** `ok`, or why the verifier refused. */
export type Verdict = string;

/** One case of FIDO's server tests, by the id that the tool gives it; the words are ours. */
export type FidoCase = { readonly id: string; readonly what: string } & (
  | { readonly run: () => Promise<Verdict> | Verdict; readonly expected: Verdict }
  /** What the tool wants accepted and this service refuses on purpose, with why. */
  | { readonly run: () => Promise<Verdict> | Verdict; readonly expected: Verdict; readonly stricter: string }
  | { readonly notApplicable: string }
);

export interface FidoSuite {
  readonly id: string;
  readonly topic: string;
  readonly cases: readonly FidoCase[];
}

export function verdictOf(result: unknown): Verdict {
  const { ok, reason } = result as { readonly ok: boolean; readonly reason?: string };
  return ok ? 'ok' : (reason ?? 'no reason');
}

/** Ids in a row: `F-1`, `F-2` and so on, one for each case. */
export function numbered<Rest extends object>(
  prefix: 'P' | 'F',
  cases: readonly Rest[],
): (Rest & { id: string })[] {
  return cases.map((each, index) => ({ id: `${prefix}-${index + 1}`, ...each }));
}
