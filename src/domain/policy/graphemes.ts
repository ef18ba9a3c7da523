const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The user-perceived characters of a text: a family emoji or a letter with its accents is one (Unicode UAX
 * #29).
 */
export function graphemes(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The first so many user-perceived characters, without white space at the end. */
export function cutToGraphemes(text: string, maximum: number): string {
  return graphemes(text).slice(0, maximum).join('').trimEnd();
}
