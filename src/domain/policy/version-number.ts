const VERSION = /^\d{1,9}(?:\.\d{1,9}){0,5}$/;

/**
 * Compares dotted version numbers part by part, as numbers; a missing part counts as 0, so `16` equals `16.0.0`
 * and `16.20.25608` comes after `16.20.9999`.
 * @returns `undefined` where either is no version number (`16.4 beta`, `10_15_7`), so that the caller asks and
 * doesn't guess
 */
export function compareVersions(left: string, right: string): -1 | 0 | 1 | undefined {
  if (!isVersion(left) || !isVersion(right)) return undefined;
  const leftParts = left.split('.').map(Number);
  const rightParts = right.split('.').map(Number);
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index += 1) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

/** One to six parts of one to nine digits with dots between them. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}
