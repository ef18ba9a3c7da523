import { checkNode, helpFor, run } from './install.mjs';

helpFor(`npm run build

Compiles the service into dist/ and the pages into web/dist/.
`);
checkNode();
run('npx', ['nest', 'build']);
run('npm', ['run', 'build', '--workspace', 'web', '--silent']);
