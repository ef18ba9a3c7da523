import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** The lines of an export, without the last one, which has the digest. */
export function linesOfExport(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -2);
}

/** An export as somebody might make it who knows the format: whole, and under the digest of its own bytes. */
export function writeLines(file: string, lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  const sha256 = createHash('sha256').update(text).digest('base64');
  writeFileSync(file, `${text}${JSON.stringify({ sha256 })}\n`);
  return file;
}
