/** One thing that is brought to its end when the process stops. */
export interface ClosingStep {
  /** Told to the operator where it was not finished in time. */
  readonly name: string;
  readonly end: () => unknown;
}

/** Brings things to their end, one after the other. */
export class Closing {
  private readonly steps: ClosingStep[];

  constructor(steps: readonly ClosingStep[]) {
    this.steps = [...steps];
  }

  /** What has not come to its end: the first of them is under way. */
  get unfinished(): readonly string[] {
    return this.steps.map(({ name }) => name);
  }

  async run(): Promise<void> {
    for (let [step] = this.steps; step !== undefined; [step] = this.steps) {
      await step.end();
      this.steps.shift();
    }
  }
}
