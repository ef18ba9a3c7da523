/** How a list of leaves differs from the one that it should be. Hashes are in any one textual form; each stands once. */
export type Difference =
  | { readonly kind: 'altered'; readonly leafIndex: number; readonly eventIndex: number }
  /** No event that is there has this leaf's hash. */
  | { readonly kind: 'missing'; readonly leafIndex: number }
  /** An event that stands at a place of none. */
  | { readonly kind: 'added'; readonly eventIndex: number }
  /** It is there, but not in its place. */
  | { readonly kind: 'reordered'; readonly leafIndex: number; readonly eventIndex: number };

/**
 * What was done to the leaves: those that are in neither list's order are told apart by which list knows them. An unknown one
 * in the very gap of one that is missing is that one, altered.
 * @param expected the leaves of the log as it was signed
 * @param found the hashes of the events that are there now, in their order
 */
export function differences(expected: readonly string[], found: readonly string[]): readonly Difference[] {
  const placeOf = new Map(expected.map((hash, leafIndex) => [hash, leafIndex]));
  const places = found.map((hash) => placeOf.get(hash));
  const kept = longestRising(places);
  const moved = places.flatMap((leafIndex, eventIndex) =>
    leafIndex === undefined || kept.has(eventIndex)
      ? []
      : [{ kind: 'reordered', leafIndex, eventIndex } as const],
  );
  const present = new Set(places);
  const result: Difference[] = [...moved];
  let leafIndex = 0;
  let strangers: number[] = [];
  const close = (upTo: number): void => {
    for (; leafIndex < upTo; leafIndex++) {
      if (present.has(leafIndex)) continue;
      const eventIndex = strangers.shift();
      result.push(
        eventIndex === undefined
          ? { kind: 'missing', leafIndex }
          : { kind: 'altered', leafIndex, eventIndex },
      );
    }
    result.push(...strangers.map((eventIndex) => ({ kind: 'added', eventIndex }) as const));
    strangers = [];
  };
  for (const [eventIndex, place] of places.entries()) {
    if (place === undefined) strangers.push(eventIndex);
    else if (kept.has(eventIndex)) {
      close(place);
      leafIndex = place + 1;
    }
  }
  close(expected.length);
  return result.toSorted((one, other) => whereOf(one) - whereOf(other));
}

function whereOf(difference: Difference): number {
  return 'leafIndex' in difference ? difference.leafIndex : difference.eventIndex;
}

/** Which events stay where they are if as few as possible are taken to have moved (patience sorting). */
function longestRising(places: readonly (number | undefined)[]): ReadonlySet<number> {
  const ends: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const [eventIndex, place] of places.entries()) {
    if (place === undefined) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((places[ends[middle] ?? 0] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    before.set(eventIndex, ends[low - 1]);
    ends[low] = eventIndex;
  }
  const kept = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = before.get(at)) kept.add(at);
  return kept;
}
