import { z } from 'zod';

export type Path = readonly PropertyKey[];

export interface PolicyProblem {
  readonly path: Path;
  readonly message: string;
}

export type Rule = (policy: unknown) => readonly PolicyProblem[];

/** Judges a part of a policy; while that part is malformed, it is silent. */
export function rule<Part extends z.ZodRawShape>(
  part: Part,
  judge: (value: z.output<z.ZodObject<Part>>) => readonly PolicyProblem[],
): Rule {
  const looked = z.object(part);
  return (policy) => {
    const found = looked.safeParse(policy);
    return found.success ? judge(found.data) : [];
  };
}

export function each<Item>(
  items: readonly Item[],
  path: Path,
  judge: (item: Item) => string | undefined,
  member: Path = [],
): readonly PolicyProblem[] {
  return items.flatMap((item, index) => {
    const message = judge(item);
    return message === undefined ? [] : [{ path: [...path, index, ...member], message }];
  });
}

export function unique(values: readonly string[], path: Path, member: Path = []): readonly PolicyProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [{ path: [...path, index, ...member], message: 'stands here twice' }],
  );
}
