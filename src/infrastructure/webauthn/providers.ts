import type { PasskeyProviders } from '../../application/ports/webauthn.js';
import knownNames from './aaguid-names.json' with { type: 'json' };

export class AaguidNames implements PasskeyProviders {
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: Readonly<Record<string, string>> = knownNames) {
    this.#names = new Map(Object.entries(names));
  }

  nameOf(aaguid: string): string | null {
    return this.#names.get(aaguid.toLowerCase()) ?? null;
  }
}
