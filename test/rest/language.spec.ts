import { describe, expect, it } from '@jest/globals';
import { preferredLanguage } from '../../src/infrastructure/rest/language.js';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['ZH-Hant-HK', 'zh'],
    ['en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
    ['en;q=0.5, zh;q=0.7', 'zh'],
    ['fr, de;q=0.9', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0', 'en'],
    ['zh;q=0, *', 'en'],
    ['*', 'en'],
    ['zhuang, zh;q=0.3', 'zh'],
    ['zh;q=9', 'en'],
    ['zh;level=1', 'en'],
    [`${'fr,'.repeat(5_000)}zh`, 'en'],
  ])('asked for by %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});
