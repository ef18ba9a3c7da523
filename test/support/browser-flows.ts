import type { Visitor } from './browser-visitor.js';
import { eventually } from './eventually.js';

export type ProductSlug = 'mpchat' | 'moomoo';

export interface DemoUser {
  readonly accountId: string;
  readonly displayName: string;
  readonly email: string;
  readonly phone: string;
}

/** What the page is made to believe of its device, field by field. */
export type PretendedDevice = Readonly<Record<string, unknown>>;

/** Has the product of the start page enrol the user it proposes. */
export async function becomeDemoUser(
  visitor: Visitor,
  rp: ProductSlug,
  device?: PretendedDevice,
): Promise<DemoUser> {
  await visitor.page.goto(`/${pretending(device)}#${rp}`);
  const valueOf = (name: keyof DemoUser): Promise<string> => visitor.find(`demo-${name}`).inputValue();
  const user: DemoUser = {
    accountId: await valueOf('accountId'),
    displayName: await valueOf('displayName'),
    email: await valueOf('email'),
    phone: await valueOf('phone'),
  };
  await visitor.click('demo-create');
  await visitor.see('home-title', user.accountId);
  return user;
}

/** Becomes a user of the product and opens the Security Center from its home. */
export async function enterSecurityCenter(
  visitor: Visitor,
  rp: ProductSlug,
  device?: PretendedDevice,
): Promise<DemoUser> {
  const user = await becomeDemoUser(visitor, rp, device);
  await visitor.click('open-security-center');
  await visitor.see('passkeys-empty');
  return user;
}

/** The query of a page that is to believe it runs on another device, which the page hands on to the next. */
function pretending(device: PretendedDevice | undefined): string {
  return device === undefined ? '' : `?device=${encodeURIComponent(JSON.stringify(device))}`;
}

/** A link to the Security Center, as the product's backend has it made. */
export async function portalLink(visitor: Visitor, rp: ProductSlug, user: DemoUser): Promise<string> {
  const path = `/dev/demo/${rp}/accounts/${user.accountId}/portal-links`;
  const answer = await fetch(visitor.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ entryPoint: 'security-center' }),
  });
  return ((await answer.json()) as { url: string }).url;
}

/** The code that was sent last. */
export async function codeSentTo(visitor: Visitor, destination: string): Promise<string> {
  const messages = await visitor.messagesTo(destination);
  const code = messages.find((message) => message.code !== undefined)?.code;
  if (code === undefined) throw new Error(`no code was sent to ${destination}`);
  return code;
}

/**
 * The code that comes of an act whose answer doesn't wait for it: by then the last one may still be an older one, or none.
 */
export async function codeComingOf(
  act: () => Promise<void>,
  visitor: Visitor,
  destination: string,
): Promise<string> {
  const codes = async (): Promise<readonly string[]> =>
    (await visitor.messagesTo(destination)).flatMap(({ code }) => code ?? []);
  const before = await codes();
  await act();
  await eventually(async () => (await codes()).length > before.length);
  return codeSentTo(visitor, destination);
}

/** Chooses a factor and enters the code sent for it. */
export async function passCheck(visitor: Visitor, user: DemoUser, factor: 'sms' | 'email'): Promise<void> {
  await visitor.click(`factor-${factor}`);
  await visitor.see('code-input');
  await visitor.fill('code-input', await codeSentTo(visitor, factor === 'sms' ? user.phone : user.email));
  await visitor.click('code-verify');
}

/** From the list to a passkey more in it. */
export async function addPasskey(visitor: Visitor, user: DemoUser, storage?: 'security-key'): Promise<void> {
  const before = await visitor.find('passkey').count();
  await visitor.click('add-passkey');
  await passCheck(visitor, user, 'sms');
  if (storage !== undefined) await visitor.find(`storage-${storage}`).check();
  await visitor.click('create-passkey');
  await visitor.find('passkey').nth(before).waitFor();
}

/** A user with one passkey, looking at it in the Security Center. */
export async function enterWithPasskey(visitor: Visitor, rp: ProductSlug): Promise<DemoUser> {
  const user = await enterSecurityCenter(visitor, rp);
  await addPasskey(visitor, user);
  return user;
}

/** From the start page, by a code to the phone. */
export async function signInByCode(visitor: Visitor, rp: ProductSlug, user: DemoUser): Promise<void> {
  await visitor.page.goto(`/#${rp}`);
  await visitor.fill('sign-in-identifier', user.accountId);
  await visitor.click('sign-in-fallback');
  const code = await codeComingOf(() => visitor.click('fallback-sms'), visitor, user.phone);
  await visitor.fill('fallback-code-input', code);
  await visitor.click('fallback-verify');
}
