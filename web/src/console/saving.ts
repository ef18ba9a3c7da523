import { h } from '../ui/dom.js';

/** Gives the reader a file, from what the page holds. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = h('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken it over by the time that the next task runs.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
