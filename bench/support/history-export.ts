import { request } from 'node:http';
import { BENCH_RP } from './long-history.js';
import { API_KEY } from './server-process.js';

export interface Exported {
  readonly events: number;
  readonly bytes: number;
  readonly treeSize: number;
  readonly cursor: string;
}

/**
 * Streams the history and looks at the place of every line, so that one that is missing or comes twice is an error.
 * @param cursor of the last line that came before
 * @param most lets go of the stream after so many events, as somebody does whose connection breaks
 */
export function exportHistory(
  port: number,
  { cursor, most = Number.POSITIVE_INFINITY }: { readonly cursor?: string; readonly most?: number },
  onProgress: (done: number, total: number) => void,
): Promise<Exported> {
  const query = cursor === undefined ? '' : `?cursor=${cursor}`;
  const path = `/v1/${BENCH_RP}/audit/export${query}`;
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${API_KEY}` } },
      (response) => {
        const treeSize = Number(response.headers['latchkey-tree-size']);
        let next = Number(response.headers['latchkey-first-leaf']);
        const first = next;
        let [bytes, rest, last] = [0, '', ''];
        const ended = (): void => resolve({ events: next - first, bytes, treeSize, cursor: last });
        response.setEncoding('latin1');
        response.on('data', (chunk: string) => {
          bytes += chunk.length;
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const place = /^\{"leafIndex":(\d+),.*?"cursor":"([\d.]+)"/u.exec(line);
            // The head has none.
            if (place === null) continue;
            if (Number(place[1]) !== next) {
              reject(new Error(`leaf ${place[1]} came where ${next} was due`));
              response.destroy();
              return;
            }
            next += 1;
            last = place[2] ?? '';
            if (next - first < most) continue;
            response.destroy();
            ended();
            return;
          }
          onProgress(next, treeSize);
        });
        response.on('error', reject);
        response.on('end', ended);
      },
    );
    call.on('error', reject);
    call.end();
  });
}
