const BYTES = 4 * 1024 * 1024;
const LINE = 64;
const WORDS = LINE / Int32Array.BYTES_PER_ELEMENT;
const STEPS = 4_000_000;

/**
 * ns for one read that depends on the one before, all over 4 MiB: more than a core keeps to itself, so that it shows how busy
 * the cache is that all cores share, and on a virtual machine its neighbours.
 */
export function memoryLatency(): number {
  const next = roundTrip(BYTES / LINE);
  const chase = (): number => {
    let at = 0;
    for (let step = 0; step < STEPS; step++) at = next[at] ?? 0;
    return at;
  };
  chase();
  const before = process.hrtime.bigint();
  const end = chase();
  const ns = Number(process.hrtime.bigint() - before) / STEPS;
  // Read, lest the loop be left out as useless.
  if (end % WORDS !== 0) throw new Error('the chase left its path');
  return ns;
}

/** At the first word of each line the place of another line's, in one ring through all of them in no order. */
function roundTrip(lines: number): Int32Array {
  const order = Array.from({ length: lines }, (_, line) => line);
  for (let last = lines - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  const next = new Int32Array(lines * WORDS);
  order.forEach((line, place) => {
    next[line * WORDS] = (order[(place + 1) % lines] ?? 0) * WORDS;
  });
  return next;
}
