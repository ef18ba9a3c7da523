import { masterKeyCommand } from '../../src/cli/master-key.js';
import { clusterFor, IS_CLUSTER } from './cluster.js';

/** As an operator does it, for a service that is stopped: of its folder, or of the cluster that takes its place. @returns what was printed */
export async function changeMasterKey(
  dataFolder: string,
  keys: { readonly from?: string; readonly to: string },
): Promise<string> {
  const variables = {
    ...(keys.from !== undefined && { LATCHKEY_MASTER_KEY: keys.from }),
    LATCHKEY_NEW_MASTER_KEY: keys.to,
    ...(IS_CLUSTER && (await clusterVariables(dataFolder))),
  };
  const printed: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  Object.assign(process.env, variables);
  process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  try {
    await masterKeyCommand().parseAsync(['change', '--data', dataFolder], { from: 'user' });
  } finally {
    process.stdout.write = write;
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
  }
  return printed.join('');
}

async function clusterVariables(dataFolder: string): Promise<Record<string, string>> {
  const { postgres, redis } = await clusterFor(dataFolder);
  return {
    LATCHKEY_TIER: 'cluster',
    LATCHKEY_POSTGRES_URL: postgres.address,
    LATCHKEY_REDIS_URL: redis.url,
    LATCHKEY_NAMESPACE: redis.prefix.slice(0, -1),
  };
}
