import { existsSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { checkNode, helpFor, install, run } from './install.mjs';

helpFor(`npm test [-- jest arguments]

Installs what the lock file names, builds, and runs every test that this machine can run: first all of them, then those that call
the service by REST and gRPC once more, on a cluster of PostgreSQL and Redis. What it leaves out is named, with the reason.

  LATCHKEY_TEST_TIER=cluster   runs those on a cluster alone
  REQUIRE_SERVICES=1   leaves nothing out: what is missing is an error
  REDIS_SERVER         path of redis-server (found where Debian's package puts it)
  HAPROXY              path of haproxy (found where Debian's package puts it)
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
const haproxy = process.env.HAPROXY ?? firstOf(['/usr/sbin/haproxy', '/usr/local/sbin/haproxy']);
const postgres = hasPostgres();
const leftOut = [];
if (chromium === undefined)
  leftOut.push(['test/browser', 'no Chromium: install it, or set CHROMIUM to its path']);
if (!postgres)
  leftOut.push(['test/postgres', "no PostgreSQL server in /usr/lib/postgresql: install Debian's postgresql"]);
if (redis === undefined)
  leftOut.push(['test/redis', 'no redis-server: install it, or set REDIS_SERVER to its path']);
const cluster = postgres && redis !== undefined;
if (!cluster) leftOut.push(['test/cluster', 'it needs a PostgreSQL server and redis-server']);
else if (haproxy === undefined)
  leftOut.push(['test/cluster', 'no HAProxy: install it, or set HAPROXY to its path']);

for (const [what, why] of leftOut) process.stdout.write(`left out: ${what} (${why})\n`);
if (strict && leftOut.length > 0) {
  process.stderr.write('REQUIRE_SERVICES=1: nothing may be left out\n');
  process.exit(1);
}

const given = process.argv.slice(2);
const onCluster = process.env.LATCHKEY_TEST_TIER === 'cluster';
if (onCluster && !cluster) {
  process.stderr.write('LATCHKEY_TEST_TIER=cluster needs a PostgreSQL server and redis-server\n');
  process.exit(1);
}
/** What knows the service by its calls alone, whatever it runs on. */
const BY_CALLS = ['test/e2e', 'test/grpc', 'test/clients'];
const embedded = onCluster ? 0 : runTests('embedded', given);
const again = onCluster || given.length === 0;
const clustered = again && cluster ? runTests('cluster', given.length === 0 ? BY_CALLS : given) : 0;
for (const [what, why] of leftOut) process.stdout.write(`left out: ${what} (${why})\n`);
if (again && !cluster) process.stdout.write(`left out: ${BY_CALLS.join(', ')} on a cluster\n`);
process.exit(embedded === 0 ? clustered : embedded);

function runTests(tier, words) {
  process.stdout.write(`> tests, ${tier} tier\n`);
  const jest = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      ...leftOut.flatMap(([what]) => ['--testPathIgnorePatterns', what]),
      ...words,
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        LATCHKEY_TEST_TIER: tier,
        ...(chromium && { CHROMIUM: chromium }),
        ...(redis && { REDIS_SERVER: redis }),
        ...(haproxy && { HAPROXY: haproxy }),
      },
    },
  );
  return jest.status ?? 1;
}

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
