export const NAME_MAXIMUM = 20;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How long a person would say the name is: a flag or a family emoji is one character. */
export function nameLength(name: string): number {
  return [...segmenter.segment(name.normalize('NFC').trim())].length;
}
