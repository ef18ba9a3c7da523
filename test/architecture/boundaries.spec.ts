import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { temporaryFolder } from '../support/temporary-folder.js';

const CRUISE = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const RULES = resolve('.dependency-cruiser.cjs');

interface Violation {
  readonly rule: { readonly name: string; readonly severity: string };
  readonly from: string;
  readonly to: string;
}

describe('the layers', () => {
  it('are kept in the tree as it stands', async () => {
    expect(await violationsIn('.')).toStrictEqual([]);
  });

  it('are guarded: each planted violation is found, as an error, under its rule’s name', async () => {
    const tree = plant({
      'src/main.ts': "import './domain/kept.js';\nimport './application/kept.js';\n",
      'src/domain/kept.ts': "export { kernel } from './kernel.js';\n",
      'src/domain/kernel.ts': 'export const kernel = 1;\n',
      'src/application/kept.ts': "export { kernel } from '../domain/kernel.js';\n",
      'src/domain/of-node.ts': "export { randomUUID } from 'node:crypto';\n",
      'src/domain/of-a-package.ts': "export { z } from 'zod';\n",
      'src/domain/of-the-application.ts': "export { kernel } from '../application/kept.js';\n",
      'src/domain/of-a-type.ts': "export type { KeyObject } from 'node:crypto';\n",
      'src/application/of-infrastructure.ts': "export { store } from '../infrastructure/store.js';\n",
      'src/application/of-a-package.ts': "export { z } from 'zod';\n",
      'src/application/of-node.ts': "export { randomUUID } from 'node:crypto';\n",
      'src/infrastructure/store.ts': 'export const store = 1;\n',
      'src/infrastructure/hen.ts': "import { egg } from './egg.js';\nexport const hen = egg;\n",
      'src/infrastructure/egg.ts': "import { hen } from './hen.js';\nexport const egg = hen;\n",
      'src/infrastructure/dead.ts': 'export const dead = 1;\n',
      'src/infrastructure/of-tests.ts': "export { check } from 'fast-check';\n",
      'src/transparency/kept.ts': "export { createHash } from 'node:crypto';\n",
      'src/transparency/of-infrastructure.ts': "export { store } from '../infrastructure/store.js';\n",
      'src/cli/latchkey-verify.ts':
        "import '../transparency/kept.js';\nimport '../transparency/of-infrastructure.js';\nimport 'zod';\n",
      'src/infrastructure/cluster-tier.ts': 'export const tier = 1;\n',
      'src/infrastructure/of-the-cluster.ts': "export { tier } from './cluster-tier.js';\n",
      'src/infrastructure/on-demand.ts':
        "export type { tier } from './cluster-tier.js';\nexport const open = () => import('./cluster-tier.js');\n",
      'src/infrastructure/of-nothing.ts': "export { nothing } from './nothing.js';\n",
    });

    const found = await violationsIn(tree);

    expect(found.map(({ rule }) => rule.severity)).toStrictEqual(found.map(() => 'error'));
    expect(new Set(found.map(({ rule, from }) => `${rule.name}: ${from}`))).toStrictEqual(
      new Set([
        'domain-is-pure: src/domain/of-node.ts',
        'domain-is-pure: src/domain/of-a-package.ts',
        'domain-is-pure: src/domain/of-the-application.ts',
        'domain-is-pure: src/domain/of-a-type.ts',
        'application-knows-ports: src/application/of-infrastructure.ts',
        'application-knows-ports: src/application/of-a-package.ts',
        'application-knows-ports: src/application/of-node.ts',
        'verifier-trusts-no-server: src/transparency/of-infrastructure.ts',
        'verifier-trusts-no-server: src/cli/latchkey-verify.ts',
        'cluster-on-demand: src/infrastructure/of-the-cluster.ts',
        'no-cycles: src/infrastructure/egg.ts',
        'no-orphans: src/infrastructure/dead.ts',
        'no-dev-dependencies: src/infrastructure/of-tests.ts',
        'resolvable: src/infrastructure/of-nothing.ts',
      ]),
    );
  });
});

describe('the names that the application layer may import', () => {
  it.each([
    "import { Module } from '@nestjs/common';",
    "import { Injectable, Controller } from '@nestjs/common';",
    "import * as nest from '@nestjs/common';",
    "import { CommandBus } from '@nestjs/core';",
    "import { z } from 'zod';",
    "import { createHash } from 'node:crypto';",
    "import { SqliteKeyring } from '../infrastructure/keys/sqlite-keyring.js';",
  ])('leave out %s', async (line) => {
    expect(await restrictedImports('src/application/handlers.ts', line)).toStrictEqual([
      { ruleId: 'no-restricted-imports', severity: 2 },
    ]);
  });

  it('are those of dependency injection and of CQRS', async () => {
    const lines = [
      "import { Inject, Injectable } from '@nestjs/common';",
      "import { Command, CommandHandler } from '@nestjs/cqrs';",
      "import { rejection } from '../domain/kernel/rejection.js';",
    ];

    expect(await restrictedImports('src/application/handlers.ts', lines.join('\n'))).toStrictEqual([]);
  });
});

describe('the names that the domain may import', () => {
  it.each([
    "import { Injectable } from '@nestjs/common';",
    "import { createHash } from 'node:crypto';",
    "import { z } from 'zod';",
    "import { CLOCK } from '../../application/ports/clock.js';",
    "import { Sealer } from '../../infrastructure/keys/sealer.js';",
  ])('leave out %s', async (line) => {
    expect(await restrictedImports('src/domain/account/decider.ts', line)).toStrictEqual([
      { ruleId: 'no-restricted-imports', severity: 2 },
    ]);
  });
});

/** A tree of its own under our rules: nothing is ever planted in the real one. */
function plant(files: Readonly<Record<string, string>>): string {
  const tree = temporaryFolder();
  for (const name of ['package.json', 'tsconfig.json']) copyFileSync(name, join(tree, name));
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'), 'dir');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  return tree;
}

async function violationsIn(tree: string): Promise<readonly Violation[]> {
  const args = [CRUISE, 'src', '--config', RULES, '--output-type', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: tree,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  return summary.violations;
}

/** What our configuration says of the imports of a file, were this its text. */
async function restrictedImports(filePath: string, text: string): Promise<readonly object[]> {
  const eslint = new ESLint({
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports',
  });
  const results = await eslint.lintText(`${text}\n`, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, severity }) => ({ ruleId, severity })));
}
