/** SQLite's primary result codes (https://sqlite.org/rescode.html) where no row or statement is to blame. */
const MACHINE_FAULTS = new Set([
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  9, // INTERRUPT
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  15, // PROTOCOL
  26, // NOTADB
]);

const BUSY = 5;

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

export function isMachineFault(error: unknown): boolean {
  const code = primaryCode(error);
  return code !== undefined && MACHINE_FAULTS.has(code);
}

/** Undefined for what SQLite has not said. The upper bits only tell it more precisely. */
function primaryCode(error: unknown): number | undefined {
  const extended = extendedCode(error);
  return extended === undefined ? undefined : extended & 0xff;
}

/** The binding's own property tells its errors from others. */
export function extendedCode(error: unknown): number | undefined {
  const isSqlite = typeof error === 'object' && error !== null && 'errcode' in error;
  return isSqlite && typeof error.errcode === 'number' ? error.errcode : undefined;
}
