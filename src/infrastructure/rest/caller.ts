import type { FastifyRequest } from 'fastify';
import type { Factor } from '../../domain/account/events.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Scope } from '../service/api-keys.js';

/** Who calls: a backend by its key, or the account holder's own page by its session. */
export type Caller =
  | { readonly kind: 'backend'; readonly id: string; readonly scopes: readonly Scope[] }
  | {
      readonly kind: 'page';
      readonly id: string;
      readonly accountId: string;
      /** The factor that proved the sign-in from which the page was opened; null where the product named none. */
      readonly signInFactor: Factor | null;
    };

/** Who was let in, and to what. */
export interface Admission {
  readonly caller: Caller;
  readonly policy: RelyingParty;
}

/** What the guard found out about a request. */
export interface Admitted extends Admission {
  readonly correlationId: string;
  /** The same judgement as of now, for an answer that takes long. @throws Refused */
  readonly judgeAgain: () => Promise<Admission>;
}

const ADMITTED = Symbol('admitted');

export function admit(request: FastifyRequest, admitted: Admitted): void {
  (request as { [ADMITTED]?: Admitted })[ADMITTED] = admitted;
}

/** @throws where no guard admitted the request: a route without one is a mistake of ours */
export function admittedOf(request: FastifyRequest): Admitted {
  const admitted = (request as { [ADMITTED]?: Admitted })[ADMITTED];
  if (admitted === undefined) throw new Error(`no guard admitted ${request.routeOptions.url ?? 'a route'}`);
  return admitted;
}

/**
 * An answer in pieces, of which none goes out once the request would be refused: a stream that its reader draws out is no way to
 * outlive a key. @throws Refused
 */
export async function* whileAdmitted<Piece>(
  request: FastifyRequest,
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Piece, void, undefined> {
  const { judgeAgain } = admittedOf(request);
  for await (const piece of pieces) {
    await judgeAgain();
    yield piece;
  }
}

/** The product whose call was admitted. What a path names is nobody's until then, and may be anything. */
export function productOf(request: FastifyRequest): string | undefined {
  return (request as { [ADMITTED]?: Admitted })[ADMITTED]?.policy.slug;
}
