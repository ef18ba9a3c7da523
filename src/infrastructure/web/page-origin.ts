/** Where our own pages are served, without a slash at the end. */
export class PageOrigin {
  constructor(readonly url: string) {}
}
