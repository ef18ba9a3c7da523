export type Claims = Readonly<Record<string, unknown>>;

/** The payload of a signed token, for show: nothing here is verified. */
export function readClaims(token: string): Claims {
  const payload = token.split('.')[1] ?? '';
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}
