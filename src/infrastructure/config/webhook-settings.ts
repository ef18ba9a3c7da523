const VARIABLE = /^LATCHKEY_WEBHOOK_([A-Z0-9]+(?:_[A-Z0-9]+)*)_SECRET$/u;
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/u;
/** As Standard Webhooks has it. */
const BYTES = { least: 24, most: 64 };
/** The one that is in use, and while it is replaced the other one. */
const AT_ONCE = 2;

/** What one product's webhooks are signed with: each signs every one. */
export type WebhookSecrets = readonly Uint8Array[];

/**
 * `LATCHKEY_WEBHOOK_{RP}_SECRET`, with the product's slug in capitals and underscores for hyphens: `whsec_` and base64 of 24 to 64 bytes,
 * or two of them with a space between.
 */
export function webhookSettings(variables: NodeJS.ProcessEnv): {
  /** By product slug. */
  readonly products: ReadonlyMap<string, WebhookSecrets>;
  readonly problems: readonly string[];
} {
  const products = new Map<string, WebhookSecrets>();
  const problems: string[] = [];
  for (const [variable, value = ''] of Object.entries(variables)) {
    const name = VARIABLE.exec(variable)?.[1];
    if (name === undefined) continue;
    const secrets = value.split(' ').flatMap((text) => secretOf(text) ?? []);
    const written = value.split(' ').length;
    if (secrets.length !== written || written > AT_ONCE) {
      problems.push(
        `${variable}: must be whsec_ and base64 of ${BYTES.least} to ${BYTES.most} bytes, or two such with a space between`,
      );
    }
    products.set(name.toLowerCase().replaceAll('_', '-'), secrets);
  }
  return { products, problems };
}

/** The variable that a product's secrets are read from. */
export function webhookVariable(slug: string): string {
  return `LATCHKEY_WEBHOOK_${slug.toUpperCase().replaceAll('-', '_')}_SECRET`;
}

function secretOf(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  return bytes.length >= BYTES.least && bytes.length <= BYTES.most ? bytes : undefined;
}
