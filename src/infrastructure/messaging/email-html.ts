import type { RenderedMessage } from './templates.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * The same words as the plain text; the code stands out. No link, image or script, so that a fake one is easier
 * to tell.
 */
export function htmlOf({ language, message, productName, subject, text }: RenderedMessage): string {
  const code =
    message.purpose === 'code'
      ? `<p style="font:700 28px/1.4 monospace;letter-spacing:4px">${escaped(message.code)}</p>`
      : '';
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>` +
    `<body style="font:16px/1.5 sans-serif;color:#111;max-width:36em">` +
    `<h1 style="font-size:20px">${escaped(productName)}</h1>${code}<p>${escaped(text)}</p></body></html>`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
