import type { AccountKey } from './keyring.js';

/** Seals what is kept for a while and belongs to no account. */
export type ServiceKey = AccountKey;

export const SERVICE_KEY = Symbol('ServiceKey');
