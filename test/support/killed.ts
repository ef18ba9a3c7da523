import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** SIGKILL: nothing is flushed, closed or said. Answers when the process is gone; at once where it never was, or is already. */
export async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
