/** What `npm start`, the image and `npx latchkey` give Node: what lives for one request or one batch dies young. In MiB. */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=64'];
