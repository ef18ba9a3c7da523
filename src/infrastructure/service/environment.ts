export type Environment = 'development' | 'production';

/** Which environment a service's data is of. */
export interface EnvironmentStore {
  /** Gives what is kept to the environment that asks first. @returns whose it is from then on */
  claim(environment: Environment): Promise<string>;
}

/**
 * Marks what is kept by the first environment that used it. Development has helpers that hand out codes: it never opens what
 * was production's.
 * @throws where it is the other environment's
 */
export async function claimEnvironment(
  store: EnvironmentStore,
  environment: Environment,
  what: 'data folder' | 'database',
): Promise<void> {
  const claimed = await store.claim(environment);
  if (claimed === environment) return;
  throw new Error(`this ${what} was made in ${claimed}; it is not opened in ${environment}`);
}
