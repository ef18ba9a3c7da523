/** A whole number that the command line gives by this name, or else the assumed one. */
export function numberArgument(name: string, assumed: number, lowest = 1): number {
  const args = process.argv.slice(2);
  const index = args.indexOf(name);
  if (index < 0) return assumed;
  const value = Number(args[index + 1]);
  if (!Number.isInteger(value) || value < lowest) {
    throw new Error(`${name} takes a whole number from ${lowest}`);
  }
  return value;
}

/** A text that the command line gives by this name. */
export function textArgument(name: string): string | undefined {
  const args = process.argv.slice(2);
  const index = args.indexOf(name);
  return index < 0 ? undefined : args[index + 1];
}

/** Prints the help and ends, where it is asked for. */
export function helpFor(help: string): void {
  if (!process.argv.slice(2).includes('--help')) return;
  console.log(help);
  process.exit(0);
}
