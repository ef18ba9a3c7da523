import '../styles/base.css';
import '../styles/controls.css';
import '../styles/console.css';
import { Problem } from '../api/problem.js';
import { text } from '../texts/texts.js';
import { button, waiting } from '../ui/controls.js';
import { focusOn, h, replaceContent } from '../ui/dom.js';
import { pageRoot } from '../ui/frame.js';
import { createNotice } from '../ui/notice.js';
import { mountToasts } from '../ui/toast.js';
import { accountView } from '../console/search/account-view.js';
import { ConsoleApi } from '../console/console-api.js';
import type { ConsoleContext, ConsoleView } from '../console/console-context.js';
import { hasScope } from '../console/console-context.js';
import type { ConsoleSession } from '../console/contract.js';
import type { ExportJob } from '../console/export/export-job.js';
import { exportView } from '../console/export/export-view.js';
import { showFrame } from '../console/frame.js';
import type { Frame } from '../console/frame.js';
import { missingScope, otherProduct } from '../console/missing-scope.js';
import { proofView } from '../console/proof/proof-view.js';
import { reportView } from '../console/reports/report-view.js';
import { currentRoute, dropKeyFromAddress } from '../console/route.js';
import type { Parameters, View } from '../console/route.js';
import { searchView } from '../console/search/search-view.js';
import { showSignIn } from '../console/sign-in.js';
import type { Reason } from '../console/sign-in.js';
import { say } from '../console/texts/say.js';

interface Described {
  readonly scope: string;
  readonly show: (context: ConsoleContext, parameters: Parameters) => ConsoleView;
}

const VIEWS: Readonly<Record<View, Described>> = {
  search: { scope: 'audit', show: searchView },
  account: { scope: 'audit', show: accountView },
  proof: { scope: 'audit', show: proofView },
  reports: { scope: 'compliance', show: reportView },
  export: { scope: 'audit', show: exportView },
};

const page = pageRoot();
const api = new ConsoleApi();
const exports = new Map<string, ExportJob>();
let exportedBy: string | undefined;
let session: ConsoleSession | undefined;
let shown:
  | { readonly rp: string; readonly view: View; readonly frame: Frame; readonly context: ConsoleContext }
  | undefined;

function signIn(reason: Reason): void {
  session = undefined;
  shown = undefined;
  api.onEnded = () => undefined;
  showSignIn(page, api, reason, open);
}

function open(opened: ConsoleSession): void {
  session = opened;
  // What one key read is not for the next one: only the same key goes on with it.
  if (exportedBy !== opened.keyId) dropExports();
  exportedBy = opened.keyId;
  api.onEnded = () => signIn('ended');
  showRoute();
}

function dropExports(): void {
  for (const job of exports.values()) job.stop();
  exports.clear();
}

/** Shows what the address says; of what stays, only what changes is put anew. */
function showRoute(): void {
  if (session === undefined) return;
  const { rp, view, parameters } = currentRoute();
  const product = session.products.find((each) => each.rp === rp) ?? session.products[0];
  if (product === undefined) return;
  const before = shown;
  const { context, frame } = before?.rp === product.rp ? before : framed({ api, session, product, exports });
  shown = { rp: product.rp, view, frame, context };
  frame.mark(view);
  const { scope, show } = VIEWS[view];
  const title = say(`nav.${view}`);
  let { element } = missingScope(context, title, scope);
  if (rp !== '' && rp !== product.rp) ({ element } = otherProduct(title, rp));
  else if (hasScope(context, scope)) ({ element } = show(context, parameters));
  replaceContent(frame.place, element);
  const heading = element.querySelector('h1');
  if (heading !== null && before !== undefined && before.view !== view) focusOn(heading);
}

function framed(context: ConsoleContext): { readonly context: ConsoleContext; readonly frame: Frame } {
  return { context, frame: showFrame(page, context, signedOut) };
}

function signedOut(): void {
  dropExports();
  signIn('first');
}

async function begin(): Promise<void> {
  if (dropKeyFromAddress()) {
    signIn('key-in-address');
    return;
  }
  replaceContent(page, h('main', { class: 'message' }, waiting(text('loading'))));
  try {
    open(await api.current());
  } catch (error) {
    if (error instanceof Problem && error.status === 401) signIn('first');
    else showUnreachable(error);
  }
}

function showUnreachable(error: unknown): void {
  const notice = createNotice('console-notice');
  const again = button(text('action.try-again'), 'primary', { 'data-testid': 'open-again' });
  again.addEventListener('click', () => void begin());
  replaceContent(
    page,
    h('main', { class: 'message' }, h('h1', {}, say('console.title')), notice.element, again),
  );
  notice.show(error);
}

window.addEventListener('hashchange', () => {
  if (dropKeyFromAddress()) signIn('key-in-address');
  else showRoute();
});
mountToasts();
void begin();
