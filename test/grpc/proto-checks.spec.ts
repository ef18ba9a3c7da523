import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.js';

const STUBS = 'clients/node/src/generated';
const COPIED = ['buf.yaml', 'buf.gen.yaml', 'package.json', 'proto', 'scripts', STUBS];
const MINUTES = 120_000;

/** A repository of its own whose main branch has the API as it stands: nothing is ever planted in the real one. */
function repository(): string {
  const tree = temporaryFolder();
  for (const name of COPIED) cpSync(name, join(tree, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'), 'dir');
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: tree, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'proto');
  git('-c', 'user.name=main', '-c', 'user.email=main@localhost', 'commit', '--quiet', '--message', 'main');
  return tree;
}

function plant(tree: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(tree, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(tree, file), text.replace(from, to));
}

/** What `npm run check:proto` says there. */
function checked(tree: string): Promise<{ readonly passed: boolean; readonly said: string }> {
  return new Promise((answer) => {
    execFile(process.execPath, ['scripts/proto.mjs', '--check'], { cwd: tree }, (error, stdout, stderr) => {
      answer({ passed: error === null, said: `${stdout}${stderr}` });
    });
  });
}

const DEVICES = 'proto/latchkey/v1/devices.proto';
const TOKENS = 'proto/latchkey/v1/tokens.proto';

describe('the checks of the API that proto/ declares', () => {
  it(
    'pass as it stands, with what is generated from it',
    async () => {
      expect(await checked(repository())).toMatchObject({ passed: true });
    },
    MINUTES,
  );

  it.each([
    [
      'a field is taken away',
      TOKENS,
      '  optional string jti = 8;\n',
      '',
      'Previously present field "8" with name "jti" on message "IntrospectTokenResponse" was deleted',
    ],
    [
      'a field gets another number',
      TOKENS,
      'bool redeemed = 1;',
      'bool redeemed = 7;',
      'Previously present field "1" with name "redeemed" on message "RedeemTokenResponse" was deleted',
    ],
    [
      'a method is taken away',
      TOKENS,
      /\n  \/\/ Spends a step-up token[^]*?\n  \}\n/u,
      '',
      'Previously present RPC "RedeemToken" on service "TokensService" was deleted',
    ],
  ] as const)(
    'fail where %s that clients of the main branch use',
    async (_what, file, from, to, said) => {
      const tree = repository();
      const text = readFileSync(join(tree, file), 'utf8');
      const found = typeof from === 'string' ? from : (from.exec(text)?.[0] ?? 'nothing');
      plant(tree, file, found, to);
      const check = await checked(tree);
      expect(check.said).toContain(said);
      expect(check.passed).toBe(false);
    },
    MINUTES,
  );

  it.each([
    [
      'a field is named otherwise than all are',
      TOKENS,
      'string token = 2;',
      'string theToken = 2;',
      'lower_snake_case',
    ],
    [
      'a method is not explained',
      DEVICES,
      /(?<=\n)  \/\/ [^\n]*\n(?=  rpc ListDevices)/u,
      '',
      'non-empty comment',
    ],
  ] as const)(
    'fail where %s',
    async (_what, file, from, to, said) => {
      const tree = repository();
      const text = readFileSync(join(tree, file), 'utf8');
      const found = typeof from === 'string' ? from : (from.exec(text)?.[0] ?? 'nothing');
      plant(tree, file, found, to);
      const check = await checked(tree);
      expect(check.said).toContain(said);
      expect(check.passed).toBe(false);
    },
    MINUTES,
  );

  it.each([
    [
      'descriptors',
      TOKENS,
      '  // The account.\n  optional string sub = 2;',
      '  // The account.\n  optional string sub = 2;\n  optional string more = 12;',
      'descriptors.binpb is not of proto/',
    ],
    [
      'messages of the client',
      `${STUBS}/latchkey/v1/tokens.ts`,
      'sub?:',
      'subject?:',
      `${STUBS} is not of proto/`,
    ],
  ])(
    'fail where the %s are not of it',
    async (_what, file, from, to, said) => {
      const tree = repository();
      plant(tree, file, from, to);
      const check = await checked(tree);
      expect(check.said).toContain(said);
      expect(check.passed).toBe(false);
    },
    MINUTES,
  );
});
