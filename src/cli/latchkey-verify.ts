import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readExport } from '../transparency/exported-history.js';
import { parseVerifierKey } from '../transparency/signed-note.js';
import type { Finding } from '../transparency/verify-history.js';
import { verifyHistory } from '../transparency/verify-history.js';

const HELP = `Usage: latchkey-verify <export.ndjson> --key <file or key> --checkpoint <file>... [--earlier <export.ndjson>]

Says whether an exported history is the one that was signed. It needs no service and no database, and believes neither.

  --key         the verifier key of the log, or a file that holds it, as GET /v1/{rp}/audit/key gave it once
  --checkpoint  a checkpoint that was kept earlier (a signed note); name it as often as there are checkpoints
  --earlier     an export that was kept earlier: where history was rewritten, it tells which events
  --help        this text

Ends with 0 where the history is whole, with 1 where it is not, and with 2 where it could not be looked at.
`;

/** More findings than that tell nobody more. */
const SHOWN = 100;

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      checkpoint: { type: 'string', multiple: true, default: [] },
      earlier: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('name one export; see --help');
  if (values.key === undefined) throw new Error('--key is missing; see --help');
  if (values.checkpoint.length === 0) {
    throw new Error(
      '--checkpoint is missing: whoever can rewrite a history can sign it anew, so that only what was kept proves anything',
    );
  }
  const history = await readExport(file);
  const verdict = verifyHistory({
    history,
    key: parseVerifierKey(values.key.includes('+') ? values.key : readFileSync(values.key, 'utf8')),
    pinned: values.checkpoint.map((name) => ({ name, note: readFileSync(name, 'utf8') })),
    ...(values.earlier !== undefined && { earlier: await readExport(values.earlier) }),
  });
  for (const finding of verdict.findings.slice(0, SHOWN)) process.stdout.write(`${inWords(finding)}\n`);
  const unshown = verdict.findings.length - SHOWN;
  if (unshown > 0) process.stdout.write(`and ${unshown} more\n`);
  const vouched = `the checkpoints vouch for ${verdict.vouchedFor} of ${verdict.events} events`;
  const whole = verdict.findings.length === 0;
  process.stdout.write(`${whole ? 'whole' : 'NOT WHOLE'}: ${vouched}\n`);
  return whole ? 0 : 1;
}

function inWords(finding: Finding): string {
  switch (finding.kind) {
    case 'altered':
      return `leaf ${finding.leafIndex} was altered`;
    case 'missing':
      return `leaf ${finding.leafIndex} is missing`;
    case 'added':
      return `an event was added: number ${finding.eventIndex} of the export`;
    case 'reordered':
      return `leaf ${finding.leafIndex} was moved: it is number ${finding.eventIndex} of the export`;
    case 'cut-off':
      return `the export has ${finding.has} of ${finding.should} events: go on from its last cursor`;
    case 'checkpoint-invalid':
      return `the checkpoint ${finding.name} says nothing: ${finding.reason}`;
    case 'rewritten':
      return `the first ${finding.treeSize} events are not those that ${finding.name} signed; the first ${finding.agreesUpTo} are. An export kept earlier (--earlier) tells which`;
  }
}
