import axe from 'axe-core';
import type { Page } from 'playwright-core';

const SCHEMES = ['light', 'dark'] as const;

/** What axe-core has against the page as it stands, in light and in dark: rule, impact and element of each. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // By way of the developer tools, for the page's own policy lets no such script in.
  const there = await page.evaluate<boolean>('"axe" in globalThis');
  if (!there) await page.evaluate(`{ ${axe.source} }; undefined`);
  const findings: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate<readonly axe.Result[]>(
      `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    for (const { id, impact, nodes } of violations) {
      for (const { target } of nodes) findings.push(`${colorScheme}: ${id} (${impact}) ${target.join(' ')}`);
    }
  }
  return findings;
}

/** Pixels by which the page is wider than its window: the way that it would scroll sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** The test id of the element that has the keyboard; empty where that has none. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`document.activeElement?.dataset.testid ?? ''`);
}
