/** What one product reaches Sumsub by, and what Sumsub signs its deliveries with. */
export interface SumsubCredentials {
  readonly appToken: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
}

const PARTS = ['APP_TOKEN', 'SECRET_KEY', 'WEBHOOK_SECRET'] as const;
const VARIABLE = /^SUMSUB_([A-Z0-9]+(?:_[A-Z0-9]+)*?)_(?:APP_TOKEN|SECRET_KEY|WEBHOOK_SECRET)$/u;

/**
 * `SUMSUB_{RP}_APP_TOKEN`, `_SECRET_KEY` and `_WEBHOOK_SECRET`, with the product's slug in capitals and underscores for hyphens. A
 * product has all three or none.
 */
export function sumsubSettings(
  variables: NodeJS.ProcessEnv,
  production: boolean,
): { readonly products: ReadonlyMap<string, SumsubCredentials>; readonly problems: readonly string[] } {
  const products = new Map<string, SumsubCredentials>();
  const problems: string[] = [];
  const names = new Set(Object.keys(variables).flatMap((name) => VARIABLE.exec(name)?.[1] ?? []));
  for (const name of names) {
    const [appToken = '', secretKey = '', webhookSecret = ''] = PARTS.map(
      (part) => variables[`SUMSUB_${name}_${part}`],
    );
    const missing = PARTS.filter((part) => (variables[`SUMSUB_${name}_${part}`] ?? '') === '');
    problems.push(
      ...missing.map((part) => `SUMSUB_${name}_${part}: the others of its product are there without it`),
    );
    // Whoever runs a sandbox makes its answers up.
    if (production && missing.length === 0 && !appToken.startsWith('prd:')) {
      problems.push(`SUMSUB_${name}_APP_TOKEN: production takes a token that begins with prd:`);
    }
    products.set(name.toLowerCase().replaceAll('_', '-'), { appToken, secretKey, webhookSecret });
  }
  return { products, problems };
}
