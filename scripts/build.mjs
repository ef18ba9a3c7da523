import { checkNode, helpFor, run } from './install.mjs';

helpFor(`npm run build

Compiles the clients and the service, each into its dist/, and the pages into web/dist/.
`);
checkNode();
run('npm', ['run', 'build', '--workspace', 'clients/node', '--workspace', 'clients/browser', '--silent']);
run('npx', ['nest', 'build']);
run('npm', ['run', 'build', '--workspace', 'web', '--silent']);
