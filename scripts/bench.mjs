import { checkNode, install, run } from './install.mjs';

const [name = 'sign-in', ...rest] = process.argv.slice(2);
checkNode();
install();
run('npm', ['run', 'build', '--silent']);
run('npx', ['tsc', '-p', 'tsconfig.bench.json']);
run(process.execPath, [`dist/bench/bench/${name}.js`, ...rest]);
