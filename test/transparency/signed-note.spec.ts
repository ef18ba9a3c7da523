import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openCheckpoint, signCheckpoint } from '../../src/transparency/checkpoint.js';
import {
  formatVerifierKey,
  noteKey,
  NoteInvalid,
  openNote,
  parseVerifierKey,
  signNote,
} from '../../src/transparency/signed-note.js';

/** The key and the note of the example in golang.org/x/mod/sumdb/note, whose format the specification wrote down. */
const VERIFIER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SEED = Buffer.alloc(32, 9);

const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]),
  format: 'der',
  type: 'pkcs8',
});
const key = noteKey('example.com/log', createPublicKey(privateKey));

describe('B3 a signed note', () => {
  it('knows a published verifier key, and writes it as it was', () => {
    expect(formatVerifierKey(parseVerifierKey(VERIFIER_KEY))).toBe(VERIFIER_KEY);
    expect(formatVerifierKey(parseVerifierKey(formatVerifierKey(key)))).toBe(formatVerifierKey(key));
  });

  it('has the text, an empty line and the signature, and is read with its key', () => {
    const note = signNote('one\ntwo\n', key, privateKey);
    expect(note).toMatch(/^one\ntwo\n\n— example\.com\/log [\w+/]{90}[\w+/=]{2}\n$/u);
    expect(openNote(note, key)).toBe('one\ntwo\n');
  });

  it('may be signed by others too', () => {
    const other = noteKey('witness.example', createPublicKey(privateKey));
    const line = signNote('one\n', other, privateKey).split('\n\n')[1] ?? '';
    expect(openNote(`${signNote('one\n', key, privateKey)}${line}`, key)).toBe('one\n');
  });

  it.each([
    ['another text', (note: string) => note.replace('one', 'two')],
    ['another signature', (note: string) => note.replace(/.{8}\n$/u, 'AAAAAA==\n')],
    ['another name', (note: string) => note.replace('— example.com', '— example.org')],
    ['no signature', (note: string) => note.replace(/—.*\n/u, '')],
    ['no end', (note: string) => note.slice(0, -1)],
    ['a signature line that is none', (note: string) => `${note}nonsense\n`],
    ['nothing', () => ''],
  ])('with %s is refused', (_what, spoil) => {
    expect(() => openNote(spoil(signNote('one\n', key, privateKey)), key)).toThrow(NoteInvalid);
  });

  it.each([
    '',
    'name',
    'PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ASpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ARpc2Q',
  ])('is not checked with the key %j', (text) => {
    expect(() => parseVerifierKey(text)).toThrow(NoteInvalid);
  });
});

describe('B3 a checkpoint', () => {
  const tree = { origin: key.name, treeSize: 7, rootHash: new Uint8Array(32).fill(7) };

  it('reads as it was signed', () => {
    expect(openCheckpoint(signCheckpoint(tree, key, privateKey), key)).toStrictEqual(tree);
  });

  it.each([
    ['of another log', `example.org/log\n7\n${Buffer.alloc(32).toString('base64')}\n`],
    ['with a size that is none', `${key.name}\n07\n${Buffer.alloc(32).toString('base64')}\n`],
    ['with a short hash', `${key.name}\n7\n${Buffer.alloc(31).toString('base64')}\n`],
    ['without a hash', `${key.name}\n7\n`],
  ])('%s is refused', (_what, text) => {
    expect(() => openCheckpoint(signNote(text, key, privateKey), key)).toThrow(NoteInvalid);
  });
});
