import { capitalized } from '../texts/texts.js';

/** `payeeName` and `card-apply` as people write them: "Payee name", "Card apply". */
export function spelledOut(identifier: string): string {
  const words = identifier
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  return capitalized(words);
}
