/** The actions that the service itself asks a step-up for. Every policy file says how each is proven. */
export const OWN_ACTIONS = [
  'add-passkey',
  'remove-passkey',
  'approve-sign-in',
  'cancel-reset',
  'dispute-reset',
  'remove-device',
  'change-factors',
] as const;
export type OwnAction = (typeof OWN_ACTIONS)[number];
