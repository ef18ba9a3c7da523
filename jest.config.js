import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The packages of the clients as they are written, and not as they were built.
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test', '<rootDir>/clients/browser/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  // What Fastify injects requests with requires an ES module, which Node does and Jest does not.
  transformIgnorePatterns: ['/node_modules/(?!cookie/)'],
  transform: {
    '/node_modules/cookie/.+\\.js$': [
      'ts-jest',
      { tsconfig: { module: 'commonjs', allowJs: true, isolatedModules: true }, diagnostics: false },
    ],
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.json', diagnostics: false }],
  },
  reporters: ['default', '<rootDir>/test/support/count-reporter.js'],
  testTimeout: 30_000,
  // With one, which is Jest's choice for two cores, a run takes nearly twice as long: a worker waits for servers and browsers.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // ES modules of a file that is done are never freed: a worker that has grown gives way to a new one.
  workerIdleMemoryLimit: '1500MB',
};
