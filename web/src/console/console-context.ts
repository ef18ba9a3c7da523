import type { ConsoleApi } from './console-api.js';
import type { ConsoleProduct, ConsoleSession } from './contract.js';
import type { ExportJob } from './export/export-job.js';
import type { Parameters, Route, View } from './route.js';
import { linkTo } from './route.js';

/** What every view of the console is given. */
export interface ConsoleContext {
  readonly api: ConsoleApi;
  readonly session: ConsoleSession;
  readonly product: ConsoleProduct;
  /** Of each product: it goes on while other views are looked at, and outlives the session. */
  readonly exports: Map<string, ExportJob>;
}

export interface ConsoleView {
  readonly element: HTMLElement;
  /** What its scope is: a key that lacks it is told so in the view's place. */
  readonly shown?: () => void;
}

export function hasScope({ session }: ConsoleContext, scope: string): boolean {
  return session.scopes.includes(scope);
}

export function linkIn({ product }: ConsoleContext, view: View, parameters: Parameters = {}): string {
  return linkTo({ rp: product.rp, view, parameters } satisfies Route);
}

/** Goes there as a link would. */
export function go(context: ConsoleContext, view: View, parameters: Parameters): void {
  const link = linkIn(context, view, parameters);
  // The same again is asked again.
  if (link === location.hash) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = link;
}
