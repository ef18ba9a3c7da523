/** Runs tasks of one name one after another; tasks of different names side by side. */
export class SerialQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(name);
    const result = before === undefined ? task() : before.then(task, task);
    this.tails.set(name, result);
    const leave = (): void => {
      if (this.tails.get(name) === result) this.tails.delete(name);
    };
    result.then(leave, leave);
    return result;
  }
}
