/**
 * What Node is given by `npm start`, in the image and in benchmarks. Room for young objects, in MiB: a request's have died when it
 * is full, where the sixteen that are usual have it emptied while many still live, which is about a tenth of a sign-in's CPU.
 */
export const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=64'] as const;
