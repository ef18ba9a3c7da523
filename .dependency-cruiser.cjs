/** The layers: domain ← application ← infrastructure. A planted violation is tested in test/architecture. */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain imports nothing outside itself, not even node:.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: { pathNot: '^src/domain' },
    },
    {
      name: 'application-knows-ports',
      comment:
        'The application layer imports the domain, itself, @nestjs/cqrs and dependency injection only.',
      severity: 'error',
      from: { path: '^src/application' },
      to: { pathNot: '^(src/(domain|application)|node_modules/@nestjs/(cqrs|common))' },
    },
    {
      name: 'verifier-trusts-no-server',
      comment: 'What checks a history imports nothing of what wrote it: node and the pure tree only.',
      severity: 'error',
      from: { path: '^src/(transparency|cli/latchkey-verify)' },
      to: { pathNot: '^src/(transparency|domain/audit)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'cluster-on-demand',
      comment:
        'One machine starts without loading the clients of a cluster: what serves imports them when they are asked for.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(cli/|infrastructure/cluster-)' },
      to: { path: '^src/infrastructure/cluster-', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle of values can’t be read in any order. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/(main|node-options)\\.ts$', '^src/cli/'] },
      to: {},
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What the service runs on is a dependency.',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['latchkey-source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.d.ts', '.json'],
    },
  },
};
