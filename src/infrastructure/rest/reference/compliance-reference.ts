import type { Figure, Report } from '../../../application/reports/report.js';
import { REPORTS } from '../../../application/reports/reports.js';
import { markdownTable } from './markdown-table.js';

const INTRODUCTION = `# Compliance reports

\`GET /v1/{rp}/compliance/reports/{name}\` with scope \`compliance\` answers a report as JSON, as CSV (\`?format=csv\`) or as NDJSON
(\`?format=ndjson\`); \`GET /v1/{rp}/compliance/reports\` lists them. Every answer in JSON and the first line of NDJSON carry the
definitions that stand below, in the language of \`Accept-Language\`.

- **Days** are those of the product's time zone (\`timeZone\` in its policy), and follow its changes of the clock: one day a year
  may last 23 or 25 hours. \`from\` and \`to\` are days such as \`2026-06-01\`, both included; a time counts as the day that it falls on.
  Without them a report is about the thirty days up to today. After a policy's time zone was changed, every report counts by the
  new one, for all days.
- **A moment** is \`asOf\`: an RFC 3339 time, or a day, whose end is meant. What was so then is told even where it was changed since.
- **Now** is when the report is made, with the policy of today.
- \`after\` takes the \`position\` of a command: the report reflects it.
- Reports that name accounts come in pages in JSON (\`limit\`, and \`cursor\` with the \`next\` of the page before). CSV and NDJSON
  always hold every row. The totals are over all rows.
- An erased account is counted as before and named no more: what is left of it is that it was there.
- In CSV (RFC 4180) text that a spreadsheet would take for a formula has an apostrophe in front.

This page is made of the same definitions as the answers (\`npm run docs\`); a test fails when it has drifted.`;

const SPANS = {
  days: 'Is about days: `from`, `to`.',
  moment: 'Is about a moment: `asOf`.',
  now: 'Is about now.',
} as const;

/** `docs/compliance-reports.md`: every report with the definition of every figure. */
export function renderComplianceReports(): string {
  return `${[INTRODUCTION, ...REPORTS.map(sectionOf)].join('\n\n')}\n`;
}

function sectionOf({ about, columns, name, namesAccounts, span, title, totals }: Report): string {
  const names = namesAccounts ? ' It names accounts.' : '';
  return `## ${name}

**${title.en}.** ${about.en} ${SPANS[span]}${names}

${tableOf('column', columns)}

${tableOf('total', totals)}`;
}

function tableOf(head: string, figures: readonly Figure[]): string {
  return markdownTable(
    [head, 'definition'],
    figures.map(({ definition, name }) => [`\`${name}\``, definition.en]),
  );
}
