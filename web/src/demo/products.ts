/** The two products that ship as worked examples. */
export const PRODUCTS = [
  { rp: 'mpchat', rpName: 'MPChat' },
  { rp: 'moomoo', rpName: 'moomoo' },
] as const;

export type Product = (typeof PRODUCTS)[number];
