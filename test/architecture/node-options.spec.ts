import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { NODE_OPTIONS } from '../../src/node-options.js';

const lastLine = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';

describe('what Node is given', () => {
  it('is the same in the image as by npm start', () => {
    expect(lastLine('Dockerfile')).toBe(
      `CMD [${['node', ...NODE_OPTIONS, 'dist/main.js'].map((word) => `"${word}"`).join(', ')}]`,
    );
  });

  it('leaves the command line the same room for young objects', () => {
    const [first] = readFileSync('bin/latchkey.js', 'utf8').split('\n');
    const room = NODE_OPTIONS.filter((option) => option.startsWith('--max-semi-space-size='));

    expect(room).toHaveLength(1);
    expect(first).toBe(`#!/usr/bin/env -S node ${room.join(' ')}`);
  });
});
