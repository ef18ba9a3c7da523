import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRecord } from '../../src/infrastructure/rest/csv.js';

/** RFC 4180 §2, read strictly. */
function fieldsOf(record: string): readonly string[] {
  if (!record.endsWith('\r\n')) throw new Error('a record ends with CRLF');
  const text = record.slice(0, -2);
  const fields: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|$)/gy;
  for (let end = false; !end;) {
    const match = field.exec(text);
    if (match === null) throw new Error('no field here');
    const [, written = '', comma] = match;
    fields.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
    end = comma === '';
  }
  return fields;
}

describe('CSV', () => {
  it('is read as it was written, whatever the text', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', '=', '-', '1', '密') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const read = fieldsOf(csvRecord(cells));
        expect(read.map((field) => field.replace(/^'(?=[=+\-@\t\r\n])/u, ''))).toStrictEqual(cells);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A'])(
    'takes the power from %j',
    (formula) => {
      const [field = ''] = fieldsOf(csvRecord([formula]));
      expect(field).toBe(`'${formula}`);
    },
  );

  it('leaves numbers, truth and nothing as they are', () => {
    expect(csvRecord([-1, 2.5, true, null, '', 'a b'])).toBe('-1,2.5,true,,,a b\r\n');
  });
});
