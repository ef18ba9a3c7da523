/** The end of a switch over a union: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`a case was not handled: ${typeOf(value)}`);
}

/** Its name only: what it holds may be personal. */
function typeOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : typeof value;
}
