import type { Upcast } from './event-definition.js';

/** Of events from before devices were known by a token. */
export const noDeviceYet: Upcast = { data: (data) => ({ ...data, deviceId: null }) };
