/** Where an operator is told. The fields hold nothing personal. */
export interface OperatorLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
