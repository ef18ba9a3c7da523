/** Shows how far something is: as one line that is written again on a terminal, else a line every tenth of the way. */
export function progressLine(text: string): (done: number, total: number) => void {
  let shown = -1;
  const begun = performance.now();
  return (done, total) => {
    const percent = Math.floor((done / Math.max(1, total)) * 100);
    const isTerminal = process.stderr.isTTY;
    const due = isTerminal ? percent !== shown : percent >= shown + 10 || (percent === 100 && shown !== 100);
    if (!due) return;
    shown = percent;
    const line = `${text}: ${percent} % after ${((performance.now() - begun) / 1_000).toFixed(0)} s`;
    if (isTerminal) process.stderr.write(`\r${line}${percent === 100 ? '\n' : ''}`);
    else process.stderr.write(`${line}\n`);
  };
}
