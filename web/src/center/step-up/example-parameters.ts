import type { Parameters } from '../../api/contract.js';

/** Made-up values for the parameters that action texts name. The address is shaped like one and is none. */
const EXAMPLES: Parameters = {
  account: 'GB00 DEMO 0000 0000 0000 00',
  address: 'TDemo1Latchkey2Payee3Address4Safe5',
  amount: '250.00',
  asset: 'USDT',
  bank: 'Example Bank',
  card: '•••• 4821',
  cardId: 'card-4821',
  currency: 'USD',
  network: 'TRON',
  payee: 'Alex Chen',
  recipient: 'Alex Chen',
  to: 'TDemo1Latchkey2Payee3Address4Safe5',
};

/** One value for each `{name}` in an action's text, in the order of the text. */
export function exampleParameters(actionText: string): Parameters {
  const names = [...actionText.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(names.map((name) => [name, EXAMPLES[name] ?? 'example']));
}
