import type { Method } from '../../api/contract.js';
import { language, text } from '../../texts/texts.js';

const all = new Intl.ListFormat(language, { type: 'conjunction' });
const any = new Intl.ListFormat(language, { type: 'disjunction' });

/** "a passkey and an SMS code, an email code, or an authenticator code". */
export function methodsText(alternatives: readonly (readonly Method[])[]): string {
  const named = alternatives.map((methods) => methods.map((method) => text(`method.${method}`)));
  const passkey = text('method.passkey');
  const rests = named.map((methods) => methods.filter((method) => method !== passkey));
  const eachIsPasskeyAndOne = alternatives.every(
    (methods) => methods.includes('passkey') && methods.length === 2,
  );
  return eachIsPasskeyAndOne
    ? all.format([passkey, any.format(rests.flat())])
    : any.format(named.map((methods) => all.format(methods)));
}
