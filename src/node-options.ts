/**
 * What Node is given wherever the service runs. Room for young objects, in MiB: a request's have died when it is full, where the
 * sixteen that are usual have it emptied every few dozen requests, which is a tenth of a sign-in's CPU.
 */
export const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=64'] as const;
