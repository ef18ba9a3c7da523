import { detectDevice } from '@latchkey/browser';
import type { Device } from '@latchkey/browser';
import { isDevelopmentHost } from './addresses.js';

/**
 * The device this page runs on. In development `?device=` in the page's address (JSON) overrides single fields,
 * to see what happens on another one; elsewhere a foreign link could use it to name a user's passkey.
 */
export async function thisDevice(): Promise<Device> {
  return { ...(await detectDevice()), ...override() };
}

function override(): Partial<Device> {
  const given = new URLSearchParams(location.search).get('device');
  if (given === null || !isDevelopmentHost()) return {};
  try {
    return JSON.parse(given) as Partial<Device>;
  } catch {
    return {};
  }
}
