import type { OperatorLog } from '../application/operator-log.js';
import { ClusterStores } from '../infrastructure/cluster-stores.js';
import { clusterNamedBy } from '../infrastructure/config/cluster-settings.js';

/** A command says what went wrong by itself. */
const SILENT: OperatorLog = { info: () => undefined, error: () => undefined };

/** The stores of the cluster that the environment names with LATCHKEY_TIER=cluster; else null: the command works on a folder. */
export function clusterStores(): ClusterStores | null {
  const cluster = clusterNamedBy(process.env);
  return cluster === null ? null : new ClusterStores(cluster, SILENT);
}
