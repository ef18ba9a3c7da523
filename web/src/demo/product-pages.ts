import { DemoApi } from '../api/demo.js';
import { Problem } from '../api/problem.js';
import type { Device } from '@latchkey/browser';
import { h, replaceContent } from '../ui/dom.js';
import { becomeDemoUser } from './become-demo-user.js';
import { demoUser, forgetDemoUser, keepDemoUser } from './demo-session.js';
import { focusOnHome, productHome } from './product-home.js';
import type { Product } from './products.js';
import { SignInBox } from './sign-in/sign-in-box.js';

/** One product's own pages: the home of who is signed in, a way to become a user, and the sign-in. */
export class ProductPages {
  readonly element: HTMLElement;
  readonly #api: DemoApi;
  readonly #home = h('div');
  readonly #signIn: SignInBox;

  constructor(
    private readonly product: Product,
    device: Device,
  ) {
    this.#api = new DemoApi(product.rp);
    this.#signIn = new SignInBox(product, device, (accountId, position) => {
      void this.#showHome(accountId, position);
    });
    const become = becomeDemoUser(product, async (accountId, position) => {
      this.#signIn.identifier = accountId;
      await this.#showHome(accountId, position);
      focusOnHome(this.#home);
    });
    this.element = h(
      'div',
      { class: 'stack' },
      this.#home,
      h('div', { class: 'two-columns' }, become, this.#signIn.element),
    );
    this.#signIn.start();
    const accountId = demoUser(product.rp);
    if (accountId !== undefined) void this.#showHome(accountId);
  }

  /** Ends what waits for a passkey: a page has one such offer at a time. */
  leave(): void {
    this.#signIn.stop();
  }

  async #showHome(accountId: string, position?: string): Promise<void> {
    const { rp } = this.product;
    const forget = (): void => {
      forgetDemoUser(rp);
      replaceContent(this.#home);
    };
    try {
      const home = await this.#api.home(accountId, position);
      keepDemoUser(rp, accountId);
      replaceContent(this.#home, productHome(this.product, home, this.#api, forget));
    } catch (error) {
      // Development's data may have been thrown away since.
      if (!(error instanceof Problem)) throw error;
      forget();
    }
  }
}
