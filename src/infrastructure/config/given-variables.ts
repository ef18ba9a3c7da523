/**
 * The environment variables that say something. An empty one is as good as none, which is what a compose file or a shell makes of
 * one that was never set: taken at its word, an empty folder name would be the folder one happens to stand in.
 */
export function givenVariables(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}
