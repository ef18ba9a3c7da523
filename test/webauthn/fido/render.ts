import type { FidoCase, FidoSuite } from './case.js';

const HEAD = `# FIDO's server cases

The cases of FIDO's conformance tool for servers, by its ids and in our words. Each is run against the verifiers with
answers that a software authenticator makes and signs, good and broken (\`test/webauthn/fido-conformance.spec.ts\`), or does
not apply, for the reason given. \`stricter\`: what the tool wants accepted is refused here on purpose. Made by
\`UPDATE_GENERATED=1 npm run jest -- test/webauthn/fido-conformance\`.
`;

export function renderConformance(suites: readonly FidoSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const count = (kind: ReturnType<typeof kindOf>): number =>
    all.filter((each) => kindOf(each) === kind).length;
  const counts = `\n${all.length} cases: ${count('run')} run, ${count('stricter')} run and stricter, ${count('not applicable')} not applicable.\n`;
  return [HEAD, counts, ...suites.map(section)].join('');
}

function section({ id, topic, cases }: FidoSuite): string {
  const rows = cases.map((each) => `| ${each.id} | ${each.what} | ${verdict(each)} |`);
  return [
    `\n## ${id}`,
    '',
    `About ${topic}.`,
    '',
    '| case | what | here |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function kindOf(each: FidoCase): 'run' | 'stricter' | 'not applicable' {
  if ('notApplicable' in each) return 'not applicable';
  return 'stricter' in each ? 'stricter' : 'run';
}

function verdict(each: FidoCase): string {
  if ('notApplicable' in each) return `not applicable: ${each.notApplicable}`;
  const told = each.expected === 'ok' ? 'accepted' : `refused: \`${each.expected}\``;
  return 'stricter' in each ? `${told}; stricter: ${each.stricter}` : told;
}
