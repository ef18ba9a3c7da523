import type { Page } from 'playwright-core';
import { focused } from './browser-accessibility.js';
import type { Visitor } from './browser-visitor.js';

/** More stops than any of the pages has. */
const MANY = 90;

/** Moves the focus to an element by the Tab key alone. @throws where that doesn't reach it */
export async function tabTo(page: Page, testId: string): Promise<void> {
  for (let stops = 0; stops < MANY; stops += 1) {
    if ((await focused(page)) === testId) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach ${testId}`);
}

export async function pressAt(
  visitor: Visitor,
  testId: string,
  key: 'Enter' | 'Space' = 'Enter',
): Promise<void> {
  await visitor.find(testId).first().waitFor();
  await tabTo(visitor.page, testId);
  await visitor.page.keyboard.press(key);
}

/** Over what stands in the field. */
export async function typeAt(visitor: Visitor, testId: string, text: string): Promise<void> {
  await visitor.see(testId);
  await tabTo(visitor.page, testId);
  await visitor.page.keyboard.press('Control+A');
  await visitor.page.keyboard.type(text);
}
