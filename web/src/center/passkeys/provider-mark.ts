import type { Passkey } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import type { IconName } from '../../ui/icons.js';

type Kind = 'password-manager' | 'security-key' | 'platform';

const ICONS: Readonly<Record<Kind, IconName>> = {
  'password-manager': 'cloud-key',
  'security-key': 'security-key',
  platform: 'this-device',
};

/** A drawing of our own for the kind of place that keeps the passkey: the providers' logos are theirs. */
export function providerMark(passkey: Passkey): HTMLElement {
  const kind = kindOf(passkey);
  return h('div', { class: `passkey-mark ${kind}`, 'data-testid': `mark-${kind}` }, icon(ICONS[kind]));
}

/** Who keeps the passkey by name, or else what kind of place it is. */
export function providerText(passkey: Passkey): string {
  return passkey.provider ?? text(`mark.${kindOf(passkey)}`);
}

function kindOf({ synced, transports }: Passkey): Kind {
  if (synced) return 'password-manager';
  return transports.includes('internal') || transports.length === 0 ? 'platform' : 'security-key';
}
