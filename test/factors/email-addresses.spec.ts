import { describe, expect, it } from '@jest/globals';
import { SingleEmailAddresses } from '../../src/infrastructure/factors/email-addresses.js';

const emails = new SingleEmailAddresses();

describe('an email address', () => {
  it.each([
    ['li@example.com', 'li@example.com', 'li@example.com'],
    [' Li.Wei+Wallet@Example.COM\n', 'Li.Wei+Wallet@example.com', 'li.wei+wallet@example.com'],
    ['Li@例え.jp', 'Li@xn--r8jz45g.jp', 'li@xn--r8jz45g.jp'],
    ['li@XN--R8JZ45G.jp', 'li@xn--r8jz45g.jp', 'li@xn--r8jz45g.jp'],
    ['李@例え.jp', '李@xn--r8jz45g.jp', '李@xn--r8jz45g.jp'],
    ['JOSE\u0301@example.com', 'JOSÉ@example.com', 'josé@example.com'],
    ["o'neil_{x}@a.b.example.co", "o'neil_{x}@a.b.example.co", "o'neil_{x}@a.b.example.co"],
  ])('%j is sent to as %s and compared as %s', (raw, address, comparable) => {
    expect(emails.parse(raw)).toStrictEqual({ address, comparable });
  });

  it.each([
    ['two in a list', 'a@example.com, b@example.com'],
    ['two with a semicolon', 'a@example.com;b@example.com'],
    ['a line break and a header', 'a@example.com\r\nBcc: b@example.com'],
    ['a command of SMTP', 'a@example.com>\r\nRCPT TO:<b@example.com'],
    ['a display name', 'Li <a@example.com>'],
    ['angle brackets', '<a@example.com>'],
    ['a comment', 'a(comment)@example.com'],
    ['a quoted local part', '"a b"@example.com'],
    ['two at signs', 'a@b@example.com'],
    ['a percent route', 'a%example.com@'],
    ['white space inside', 'a b@example.com'],
    ['a NUL', 'a\u0000@example.com'],
    ['a direction override', 'a\u202E@example.com'],
    ['a zero-width space', 'a\u200B@example.com'],
    ['a lone surrogate', 'a\uD83D@example.com'],
    ['dots at the edge', '.a@example.com'],
    ['dots in a row', 'a..b@example.com'],
    ['no local part', '@example.com'],
    ['no host', 'a@'],
    ['no at sign', 'example.com'],
    ['a host without a dot', 'a@localhost'],
    ['an address as host', 'a@127.0.0.1'],
    ['an address in brackets', 'a@[127.0.0.1]'],
    ['a number that is an address', 'a@2130706433'],
    ['a host with a port', 'a@example.com:25'],
    ['a host with a path', 'a@example.com/b'],
    ['a host in percent encoding', 'a@%65xample.com'],
    ['a host with an empty label', 'a@example..com'],
    ['a host with a dot at the end', 'a@example.com.'],
    ['a host with an underscore', 'a@exa_mple.com'],
    ['a host with a hyphen at the edge', 'a@-example.com'],
    ['a broken Punycode host', 'a@xn--.com'],
    ['a local part of 65 bytes', `${'a'.repeat(65)}@example.com`],
    [
      'more than 254 bytes',
      `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}.com`,
    ],
    ['nothing', ''],
  ])('is refused with %s', (_what, raw) => {
    expect(emails.parse(raw)).toBeUndefined();
  });
});
