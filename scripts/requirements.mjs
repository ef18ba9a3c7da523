// Writes docs/requirements.md: which specs show each requirement. A spec says so by the name of a test or a group that
// begins with the row's id (`it('M8: …')`, `describe('F1 and F5: …')`). `--print` writes to standard output instead.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const ROWS = {
  'The wallet (MPChat)': {
    M1: 'A device below the floor creates no passkey, and is told the floor',
    M2: 'Two entry points, the wallet’s onboarding and the Security Center, with one flow',
    M3: 'An iPhone without the Passwords app is sent to it',
    M4: 'On Android it is told what can keep a passkey, and what to do where nothing can',
    M5: 'One of SMS, email and authenticator code before a passkey is bound',
    M6: 'The system’s sheet shows the account masked',
    M7: 'The list shows name, times and capabilities of a passkey',
    M8: 'One active passkey for each account, replaced by Reset only',
    M9: 'Each failure that a client reports is diagnosed',
    M10: 'Step-up for actions, and cooling-off after a reset or a new phone number',
    M11: 'Limits of liveness attempts and wrong entries',
    M12: 'Sign-in with a name, across devices and in one tap, with ways to fall back on',
  },
  'The broker (moomoo)': {
    F1: 'A passkey to sign in and for sensitive actions',
    F2: 'Floors of systems and apps, and a screen lock',
    F3: 'An SMS code before creation',
    F4: 'Several passkeys, kept where the user wants',
    F5: 'Renaming and deleting; a deleted one works no more and leaves the device',
    F6: 'Synced and device-bound passkeys are told apart, as of each use',
    F7: 'Sign-in without a user name',
    F8: 'Sign-in with a user name that tells no outsider who exists',
    F9: 'Sign-in with another device or a security key',
    F10: 'Falling back on a password or a phone code',
    F11: 'A new device needs the approval of a trusted one',
    F12: 'Why creation fails',
    F13: 'Why verification fails',
    F14: 'Why nothing was asked',
    F15: 'An invalid passkey is replaced after signing in by another way',
  },
  'How it is built': {
    C4: 'REST and gRPC with the same capabilities',
    C5: 'Auditors read the event history',
  },
  'Beyond both': {
    B1: 'Reset by liveness as one audited process',
    B2: 'Step-up bound to its transaction',
    B3: 'A history that can’t be altered unnoticed, and can be checked without trusting the service',
    B4: 'Erasure that leaves the history provable',
    B5: 'Which accounts had which passkeys at any moment of the past',
    B6: 'A query shows what its caller has written',
    B7: 'An idempotency key on every command, over REST and gRPC',
    B8: 'Well-known files from the policy',
    B9: 'The hosted Security Center, and a console for auditors and compliance',
    B10: 'Readers of events that never skip one',
  },
  'The design': {
    C6: 'Compliance reads projections',
    C7: 'Any number of processes on PostgreSQL or EventStoreDB, Redis and BullMQ',
  },
};

/** Rows whose specs are still to come. One that has come is taken off the list. */
const TO_COME = [];

const NAMED = /^(?:[MFBC]\d{1,2})(?:(?:, | and )[MFBC]\d{1,2})*(?=[:\s])/u;

function specFiles() {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => join('test', name))
    .sort();
}

/** The ids that names of tests and groups in a spec begin with. */
function rowsOf(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );
  const rows = new Set();
  const visit = (node) => {
    if (ts.isCallExpression(node) && /^(?:it|test|describe)\b/u.test(node.expression.getText(source))) {
      const [name] = node.arguments;
      const text =
        name === undefined
          ? ''
          : ts.isStringLiteralLike(name)
            ? name.text
            : ts.isTemplateExpression(name)
              ? name.head.text
              : '';
      for (const row of NAMED.exec(text)?.[0].split(/, | and /u) ?? []) rows.add(row);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return rows;
}

function specsByRow() {
  const specs = new Map();
  for (const file of specFiles()) {
    for (const row of rowsOf(file)) specs.set(row, [...(specs.get(row) ?? []), file]);
  }
  return specs;
}

function problemsOf(specs) {
  const rows = Object.values(ROWS).flatMap((group) => Object.keys(group));
  return [
    ...rows
      .filter((row) => !specs.has(row) && !TO_COME.includes(row))
      .map((row) => `${row} has no spec: no test’s name begins with it`),
    ...TO_COME.filter((row) => specs.has(row)).map((row) => `${row} has come: take it off TO_COME`),
    ...[...specs]
      .filter(([row]) => !rows.includes(row))
      .map(([row, files]) => `${row} is no row that is listed (${files.join(', ')})`),
  ];
}

function rendered(specs) {
  const sections = Object.entries(ROWS).map(([title, rows]) => {
    const lines = Object.entries(rows).map(([row, requirement]) => {
      const files = (specs.get(row) ?? []).map((file) => `\`${relative('', file)}\``);
      return `| ${row} | ${requirement} | ${files.length === 0 ? 'to come' : files.join('<br>')} |`;
    });
    return `\n## ${title}\n\n| row | what is required | shown by |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return (
    '# Requirements and the specs that show them\n\n' +
    'Made by `npm run docs` from the names of the tests: a test or a group shows a row by beginning with its id.\n' +
    sections.join('')
  );
}

const specs = specsByRow();
const problems = problemsOf(specs);
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
} else if (process.argv.includes('--print')) {
  process.stdout.write(rendered(specs));
} else {
  writeFileSync(join(ROOT, 'docs', 'requirements.md'), rendered(specs));
  process.stdout.write('wrote docs/requirements.md\n');
}
