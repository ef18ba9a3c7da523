import type { z } from 'zod';
import type { DomainEvent, Redacted } from '../../domain/kernel/event.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** From one schema version to the next, on plain JSON. What is sealed is converted only where it can be opened. */
export interface Upcast {
  readonly data?: (data: JsonObject) => JsonObject;
  readonly personal?: (personal: JsonObject) => JsonObject;
}

/** How one type of event is stored. Its schemas are those of the current version. */
export interface EventDefinition<Data extends object = object, Personal extends object = object> {
  /** What happened, in a sentence for readers of the catalogue. */
  readonly summary: string;
  readonly data: z.ZodType<Data>;
  readonly personal: z.ZodType<Personal>;
  /** The first converts version 1 to 2, the next 2 to 3. An event type that never changed has none. */
  readonly upcasts?: readonly Upcast[];
}

export type PersonalOf<Event extends DomainEvent> = Exclude<Event['personal'], Redacted>;

/** One definition for each type of event. */
export type EventCatalogue<Event extends DomainEvent = DomainEvent> = {
  readonly [Type in Event['type']]: EventDefinition<
    Extract<Event, { type: Type }>['data'],
    PersonalOf<Extract<Event, { type: Type }>>
  >;
};

/** The version in which events of a type are written now. */
export function currentVersion({ upcasts = [] }: EventDefinition): number {
  return upcasts.length + 1;
}
