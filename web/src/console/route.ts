/**
 * Where in the console one is, kept in the fragment of the page's address: it can be kept and sent on as a link, and what
 * stands in it, an account's id say, is sent to no server by opening one.
 */
export const VIEWS = ['search', 'account', 'proof', 'reports', 'export'] as const;
export type View = (typeof VIEWS)[number];
export type Parameters = Readonly<Record<string, string>>;

export interface Route {
  /** Empty where none is named. */
  readonly rp: string;
  readonly view: View;
  readonly parameters: Parameters;
}

/** What a key looks like, wherever in an address it stands. */
const KEY = /(?:^|[/?&#=])lk_[\w-]{16,}|[?&#]key=/u;

export function currentRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/u, '').split('?', 2);
  const [rp = '', named = ''] = path.split('/').map(decoded);
  const view = VIEWS.find((each) => each === named) ?? 'search';
  return { rp, view, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** The fragment that leads there. */
export function linkTo({ parameters, rp, view }: Route): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(given).toString();
  return `#/${encodeURIComponent(rp)}/${view}${query === '' ? '' : `?${query}`}`;
}

/** Takes a key out of the address, where somebody put one. It is never used: it stands in histories and logs by now. */
export function dropKeyFromAddress(): boolean {
  const found = KEY.test(location.search) || KEY.test(location.hash);
  if (found) history.replaceState(null, '', location.pathname);
  return found;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
