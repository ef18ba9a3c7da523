import type { DemoAccount } from '../api/contract.js';
import { BASE32 } from './time-based-codes.js';

const NAMES = [
  'Alex Chen',
  'Mei Lin',
  'Sam Taylor',
  'Noor Haddad',
  'Kim Osei',
  'Ravi Patel',
  'Ana Sousa',
] as const;
/** Of the North American plan, many enough that two made-up numbers rarely meet. */
const AREA_CODES = (
  '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 ' +
  '252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 ' +
  '319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 ' +
  '414 415 417 419 423 424 425 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512'
).split(' ');

/** Somebody who doesn't exist: the address is reserved (RFC 2606), the number is from the 555-01xx range. */
export function inventIdentity(): Required<DemoAccount> {
  const displayName = pick(NAMES);
  const accountId = `${displayName.split(' ')[0]?.toLowerCase() ?? 'demo'}-${randomBelow(100_000)}`;
  const line = String(randomBelow(100)).padStart(2, '0');
  return {
    accountId,
    displayName,
    email: `${accountId}@example.com`,
    phone: `+1${pick(AREA_CODES)}55501${line}`,
    totp: { secret: inventSecret() },
  };
}

/** 160 bits in base32, as authenticator apps take them (RFC 4226 §4, RFC 4648 §6). */
function inventSecret(): string {
  return Array.from({ length: 32 }, () => pick(Array.from(BASE32))).join('');
}

function pick(choices: readonly string[]): string {
  return choices[randomBelow(choices.length)] ?? '';
}

function randomBelow(limit: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % limit;
}
