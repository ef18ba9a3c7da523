/** What SQLite answers at once, to those who ask any store: what it throws, they are refused. */
export function promised<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
