import { spawn } from 'node:child_process';
import { checkNode, helpFor, install, run } from './install.mjs';

helpFor(`npm start

Installs what the lock file names, builds, and serves the embedded tier on this machine.

  PORT                  3000
  HOST                  127.0.0.1
  GRPC_PORT             3001 (0: gRPC is not served)
  LATCHKEY_DATA         ./data
  LATCHKEY_ENV          development (production takes everything from configuration: docs/operations.md)
  LATCHKEY_DEV_API_KEY  a key with every scope, for development; without it one is made and printed
`);
checkNode();
install();
run('npm', ['run', 'build', '--silent']);

const { NODE_OPTIONS } = await import('../dist/node-options.js');
const server = spawn(process.execPath, [...NODE_OPTIONS, 'dist/main.js'], {
  stdio: 'inherit',
  env: { LATCHKEY_ENV: 'development', ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (status, signal) => process.exit(status ?? (signal === null ? 1 : 0)));
