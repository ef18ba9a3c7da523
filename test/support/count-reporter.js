/** Ends a run with one plain line that says how many tests ran, for readers that are programs. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const counts = [`${results.numPassedTests} passed`, `${results.numFailedTests} failed`];
    if (results.numPendingTests + results.numTodoTests > 0) {
      counts.push(`${results.numPendingTests + results.numTodoTests} skipped`);
    }
    process.stdout.write(`${counts.join(', ')}\n`);
  }
}
