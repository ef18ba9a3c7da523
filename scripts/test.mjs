import { existsSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { checkNode, helpFor, install, run } from './install.mjs';

helpFor(`npm test [-- jest arguments]

Installs what the lock file names, builds, and runs every test that this machine can run. What it leaves out is
named, with the reason.

  REQUIRE_SERVICES=1   leaves nothing out: what is missing is an error
  REDIS_SERVER         path of redis-server (found where Debian's package puts it)
  CHROMIUM             path of Chromium (found as chromium or google-chrome where it is installed)
`);
checkNode();
install();
run('npm', ['run', 'build', '--silent']);

const strict = process.env.REQUIRE_SERVICES === '1';
const chromium =
  process.env.CHROMIUM ??
  firstOf(['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']);
const redis = process.env.REDIS_SERVER ?? firstOf(['/usr/bin/redis-server', '/usr/local/bin/redis-server']);
const leftOut = [];
if (chromium === undefined)
  leftOut.push(['test/browser', 'no Chromium: install it, or set CHROMIUM to its path']);
if (!hasPostgres())
  leftOut.push(['test/postgres', "no PostgreSQL server in /usr/lib/postgresql: install Debian's postgresql"]);
if (redis === undefined)
  leftOut.push(['test/redis', 'no redis-server: install it, or set REDIS_SERVER to its path']);

for (const [what, why] of leftOut) process.stdout.write(`left out: ${what} (${why})\n`);
if (strict && leftOut.length > 0) {
  process.stderr.write('REQUIRE_SERVICES=1: nothing may be left out\n');
  process.exit(1);
}

const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...leftOut.flatMap(([what]) => ['--testPathIgnorePatterns', what]),
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(chromium && { CHROMIUM: chromium }),
      ...(redis && { REDIS_SERVER: redis }),
    },
  },
);
for (const [what, why] of leftOut) process.stdout.write(`left out: ${what} (${why})\n`);
process.exit(jest.status ?? 1);

function firstOf(paths) {
  return paths.find((path) => existsSync(path));
}

/** The server's programs; the tests start servers of their own and use none that runs. */
function hasPostgres() {
  const versions = '/usr/lib/postgresql';
  return (
    existsSync(versions) &&
    readdirSync(versions).some((version) => existsSync(`${versions}/${version}/bin/postgres`))
  );
}
