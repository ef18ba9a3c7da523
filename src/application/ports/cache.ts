/** A bounded cache in memory; what it forgets is read again. */
export interface Cache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
}
