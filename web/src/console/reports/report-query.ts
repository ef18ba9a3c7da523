import type { ReportDescription } from '../contract.js';
import type { Parameters } from '../route.js';
import type { Query } from '../console-api.js';

/** What of the address is the service's to answer; how it is drawn is this page's. */
export function reportQuery({ report, span }: ReportDescription, parameters: Parameters): Query {
  const { asOf, days, from, to } = parameters;
  return {
    ...(span === 'days' && { from, to }),
    ...(span === 'moment' && { asOf }),
    ...(report === 'dormant-passkeys' && { days }),
  };
}

export const pathOf = (report: string): string => `compliance/reports/${encodeURIComponent(report)}`;
