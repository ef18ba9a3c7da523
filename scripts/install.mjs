import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const MARK = 'node_modules/.installed-from';

/** Installs exactly what the lock file says, unless that is what is there. */
export function install() {
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === wanted) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(MARK, wanted);
}

/** Runs a command to its end; ends this process with its status where it fails. */
export function run(command, args, env = {}) {
  const shown = [command, ...args].join(' ');
  process.stdout.write(`> ${shown}\n`);
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Refuses a Node that the service doesn't run on, in words. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (fits) return;
  process.stderr.write(`Latchkey runs on Node ^20.19 or >=22.12; this is ${process.versions.node}.\n`);
  process.exit(1);
}

/** Prints the help and ends, where it was asked for. */
export function helpFor(text) {
  if (!process.argv.includes('--help') && !process.argv.includes('-h')) return;
  process.stdout.write(text);
  process.exit(0);
}
