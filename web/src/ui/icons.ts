const SVG = 'http://www.w3.org/2000/svg';

/** Line drawings on a 24 by 24 grid, one path each. */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  alert:
    'M12 8.5v4.5M12 16.8v.2M10.3 3.9 2.4 17.6A2 2 0 0 0 4.1 20.6h15.8a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  'cloud-key':
    'M7 17.5a4 4 0 0 1-.6-7.96A5.5 5.5 0 0 1 17 8.6a4.5 4.5 0 0 1 .9 8.9M12.6 13.2a1.8 1.8 0 1 0-1.2 0M12 13.3v6M12 16.2h1.6',
  'cross-device':
    'M4 5.5h11a1.5 1.5 0 0 1 1.5 1.5v1.5M10 17H4a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 4 5.5M6.5 20H10M14.5 11h5a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1V12a1 1 0 0 1 1-1ZM16.5 18.3h1',
  edit: 'M4 20h4L19 9a2.1 2.1 0 0 0 0-3l-1-1a2.1 2.1 0 0 0-3 0L4 16v4ZM13.5 6.5l4 4',
  email:
    'M4 5.5h16A1.5 1.5 0 0 1 21.5 7v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5ZM3 7l9 6.5L21 7',
  face: 'M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M9 9v1.3M15 9v1.3M12 9v3.5h-.8M9 15.2c1.8 1.4 4.2 1.4 6 0',
  fingerprint:
    'M5.5 17.5c.6-1.6.9-3.3.9-5.1a5.6 5.6 0 0 1 8.7-4.7M17.4 10.6c.2.6.2 1.2.2 1.8 0 2.6-.4 5-1.2 7.3M12 12.3c0 3-.6 5.6-1.8 8M9.2 12.3a2.8 2.8 0 0 1 5.6 0c0 2.8-.4 5.4-1.3 8M3.4 13.6c.1-3 .5-5 2-6.9M7.6 4.9a8.7 8.7 0 0 1 13 7.5c0 1.4-.1 2.8-.3 4.1',
  key: 'M13 12a5 5 0 1 0-5 5 5 5 0 0 0 5-5ZM12.4 9.8 21 9.8M18 9.8v3.2M8 12h.01',
  'security-key':
    'M8 3.5h8v5H8ZM6.5 8.5h11v9a3 3 0 0 1-3 3h-5a3 3 0 0 1-3-3ZM12 15h.01M10.5 5.8v.4M13.5 5.8v.4',
  language:
    'M12 3a9 9 0 1 0 9 9 9 9 0 0 0-9-9ZM3.3 9.5h17.4M3.3 14.5h17.4M12 3c-2.6 2.4-3.9 5.4-3.9 9s1.3 6.6 3.9 9c2.6-2.4 3.9-5.4 3.9-9S14.6 5.4 12 3Z',
  link: 'M9 15 19 5M12 5h7v7M17 14.5V18a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8.5A1.5 1.5 0 0 1 6 7h3.5',
  'another-device':
    'M8.5 2.8h7a1.7 1.7 0 0 1 1.7 1.7v15a1.7 1.7 0 0 1-1.7 1.7h-7a1.7 1.7 0 0 1-1.7-1.7v-15a1.7 1.7 0 0 1 1.7-1.7ZM11 18.3h2',
  'this-device':
    'M5 4.5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM2.5 19.5h19M9 19.5l.5-4M15 19.5l-.5-4',
  outbox:
    'M3.5 13.5 6 5.8A1.8 1.8 0 0 1 7.7 4.5h8.6A1.8 1.8 0 0 1 18 5.8l2.5 7.7V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18v-4.5ZM3.5 13.5H8l1.4 2.5h5.2l1.4-2.5h4.5',
  scan: 'M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.5v2.5H14ZM17.5 17.5H20V20h-2.5ZM20 14h-.5M14 20h.5',
  shield: 'M12 3 5 5.5v6c0 4.5 3 7.8 7 9.5 4-1.7 7-5 7-9.5v-6L12 3ZM8.8 12l2.3 2.3 4.2-4.4',
  sms: 'M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-6.5L8 20.5v-4H5A1.5 1.5 0 0 1 3.5 15V6A1.5 1.5 0 0 1 5 4.5ZM8 10.5h.01M12 10.5h.01M16 10.5h.01',
  totp: 'M12 3.5a8.5 8.5 0 1 0 8.5 8.5A8.5 8.5 0 0 0 12 3.5ZM12 7.5V12l3 2',
  wallet:
    'M4 7.5h14.5A1.5 1.5 0 0 1 20 9v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6.5A1.5 1.5 0 0 1 5 5h12v2.5M16.5 13.5h.01',
  reset: 'M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5v3.6h3.6',
  trash:
    'M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 12a1.6 1.6 0 0 0 1.6 1.5h6.2a1.6 1.6 0 0 0 1.6-1.5l.8-12M10 10.5v5.5M14 10.5v5.5',
} as const satisfies Record<string, string>;

export type IconName = keyof typeof PATHS;

/** Decoration only: what it stands for is always written beside it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
