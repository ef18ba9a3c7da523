/** What was opened, to be closed last one first. */
export class Opened {
  private readonly closings: (() => unknown)[] = [];

  with<Thing>(thing: Thing, close: (thing: Thing) => unknown): Thing {
    this.closings.push(() => close(thing));
    return thing;
  }

  closing<Thing extends { close(): unknown }>(thing: Thing): Thing {
    return this.with(thing, (each) => each.close());
  }

  async close(): Promise<void> {
    for (const close of this.closings.splice(0).reverse()) await close();
  }
}
