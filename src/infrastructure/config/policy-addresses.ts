import { LOOPBACK } from '../http/outgoing-url.js';
import { matching, text } from './policy-values.js';

/** The names by which the world knows a relying party: its RP ID, origins and apps. */

const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:${HOST_LABEL}\\.)+(?=[a-z0-9-]*[a-z])${HOST_LABEL}$`);
const ANDROID_ORIGIN = /^android:apk-key-hash:([A-Za-z0-9_-]{43})$/;

export const rpId = matching('a host name in lower case, such as example.com', HOST);

export const httpsOrigin = text(
  'an https origin without a path, such as https://app.example.com',
  isHttpsOrigin,
);

export const origin = text(
  'an https origin without a path, or android:apk-key-hash: and the base64url of a SHA-256',
  (value) => isHttpsOrigin(value) || isAndroidOrigin(value),
);

export const httpsUrl = text('an https URL', (value) => parsed(value)?.protocol === 'https:');

/** Where something is sent to: in the clear to this machine alone, which is for development. Credentials and fragments are never sent. */
export const deliveryUrl = text('an https URL without credentials or fragment', (value) => {
  const url = parsed(value);
  if (url === undefined || url.username !== '' || url.password !== '' || value.includes('#')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(value));
});

export function isOnThisMachine(address: string): boolean {
  return LOOPBACK.has(new URL(address).hostname);
}

export function isInTheClear(address: string): boolean {
  return new URL(address).protocol === 'http:';
}

export const iosAppId = matching(
  'a team id and a bundle id, such as A1B2C3D4E5.com.example.app',
  /^[A-Z0-9]{10}(?:\.[A-Za-z0-9-]+)+$/,
);

export const androidPackage = matching(
  'a package name such as com.example.app',
  /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/,
);

export const certificateFingerprint = matching(
  'a SHA-256 fingerprint of 32 bytes in capital hex with colons',
  /^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/,
);

/** A path of the page's own origin, or an address whose origin is judged where the origins are known. */
export const returnAddress = text('a path such as /wallet, or an https URL', (value) => {
  const url = parsed(value);
  return isPath(value) || (url?.protocol === 'https:' && isPath(pathOf(value)));
});

export function pathOf(address: string): string {
  const { pathname, search, hash } = new URL(address);
  return `${pathname}${search}${hash}`;
}

/** `//host` and `/\host` are paths to a person and another origin to a browser. */
export function isPath(value: string): boolean {
  return /^\/(?![/\\])[\w\-./~%?=&#]*$/.test(value);
}

export function isAndroidOrigin(value: string): boolean {
  return ANDROID_ORIGIN.test(value);
}

/**
 * The origin that an app signed with this certificate has (Android's WebAuthn origins, base64url without
 * padding).
 */
export function androidOriginOf(fingerprint: string): string {
  return `android:apk-key-hash:${Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url')}`;
}

/**
 * Whether a page of this origin may use the RP ID (WebAuthn §5.1.3: it equals the host or is a registrable
 * suffix of it).
 */
export function mayUseRpId(httpsOriginValue: string, id: string): boolean {
  const host = parsed(httpsOriginValue)?.hostname;
  return host === id || host?.endsWith(`.${id}`) === true;
}

function isHttpsOrigin(value: string): boolean {
  const url = parsed(value);
  return url?.protocol === 'https:' && url.origin === value && HOST.test(url.hostname);
}

function parsed(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
