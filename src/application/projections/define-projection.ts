import type { AccountEventOf, AccountEventType } from '../../domain/account/events.js';
import type { ProjectedEvent, Projection, Write } from './projection.js';

/** What each type of event asks for. */
export type Reducers<Types extends AccountEventType> = {
  readonly [Type in Types]: (event: ProjectedEvent<AccountEventOf<Type>>) => readonly Write[];
};

interface Definition<Types extends AccountEventType> extends Pick<Projection, 'name' | 'version' | 'tables'> {
  readonly readsPersonal: readonly NoInfer<Types>[];
  readonly on: Reducers<Types>;
}

/** A projection from one function per event type: it handles exactly the types that have one. */
export function defineProjection<Types extends AccountEventType>(definition: Definition<Types>): Projection {
  const { on, ...described } = definition;
  const isHandled = (event: ProjectedEvent): event is ProjectedEvent<AccountEventOf<Types>> =>
    Object.hasOwn(on, event.event.type);
  return {
    ...described,
    handles: Object.keys(on) as Types[],
    when(event) {
      if (!isHandled(event)) throw new Error(`${described.name} doesn't handle ${event.event.type}`);
      return on[event.event.type](event);
    },
  };
}
