import { checkDevice } from '../../domain/policy/device-check.js';
import { PLATFORM_NAMES } from '../../domain/policy/device-floor.js';
import type { DeviceFacts } from '../projections/compliance/device-facts.js';
import { factsOfText, UNKNOWN } from '../projections/compliance/device-facts.js';
import { ACCOUNTS, DEVICES, NEVER, PASSKEYS } from '../projections/compliance/tables.js';
import type { Row } from '../projections/projection.js';
import { numberOf, textOf } from '../queries/sealed-column.js';
import { ACCOUNT_ID, PASSKEY_ID, REGISTERED_AT } from './figures.js';
import type { Listing, ReportData } from './report-data.js';
import { subjectOf } from './report-data.js';
import type { Asked, Cursor, Page, Report, ReportRow } from './report.js';

/** Of rows that share a shortfall. Parts are in the order of `key`, which a cursor names. */
interface Part {
  readonly key: string;
  readonly listing: Listing;
  readonly shown: (row: Row) => Promise<ReportRow>;
}

/** After every device, whose facts are written as a JSON array. */
const TOO_MANY = '~too-many';

export const belowPolicy: Report = {
  name: 'below-policy',
  title: { en: 'Below policy', zh: '低于策略要求' },
  about: {
    en: "What is there now and today's policy would not allow to be added: a floor was raised, or a maximum lowered.",
    zh: '目前存在、但按现行策略已不允许添加的情况：例如最低版本提高或数量上限降低。',
  },
  span: 'now',
  namesAccounts: 'below-policy',
  columns: [
    ACCOUNT_ID,
    {
      ...PASSKEY_ID,
      definition: {
        en: 'The passkey that falls short; empty where the account does.',
        zh: '不符合要求的通行密钥；若为账户不符合则为空。',
      },
    },
    REGISTERED_AT,
    {
      name: 'problems',
      definition: {
        en: "Why today's policy would refuse it, joined by +: platform-not-supported, os-too-old, os-version-unknown, app-too-old, app-version-unknown or no-screen-lock, judged by what was recorded of the device when the passkey was added (a later upgrade isn't known); or too-many-passkeys, more than the policy's maximum.",
        zh: '现行策略会拒绝的原因，以 + 连接：platform-not-supported、os-too-old、os-version-unknown、app-too-old、app-version-unknown 或 no-screen-lock，依据添加通行密钥时记录的设备信息判断（此后的升级无从得知）；或 too-many-passkeys，超过策略上限。',
      },
    },
    {
      name: 'recorded',
      definition: {
        en: 'What was recorded: system, app and kind of app, and no screen lock where there was none; or how many passkeys.',
        zh: '记录的内容：系统、应用及其类型，以及是否无锁屏；或通行密钥数量。',
      },
    },
    {
      name: 'required',
      definition: { en: "What today's policy asks for.", zh: '现行策略的要求。' },
    },
  ],
  totals: [
    {
      name: 'passkeys',
      definition: {
        en: 'Passkeys that were added on a device below the floor of today.',
        zh: '在低于现行最低要求的设备上添加的通行密钥数。',
      },
    },
    {
      name: 'passkeysJudged',
      definition: {
        en: 'Passkeys that are there now, of whose device something was recorded.',
        zh: '现存且有设备记录的通行密钥数。',
      },
    },
    {
      name: 'accountsWithTooMany',
      definition: {
        en: 'Accounts with more passkeys than the maximum of today.',
        zh: '通行密钥数量超过现行上限的账户数。',
      },
    },
  ],
  async open(asked, data) {
    const devices: { device: string; passkeys: number; problems: readonly string[] }[] = [];
    for await (const rows of data.all(madeOn(asked))) {
      for (const row of rows) {
        const device = textOf(row, 'device');
        devices.push({ device, passkeys: numberOf(row, 'passkeys'), problems: problemsOf(device, asked) });
      }
    }
    const below = devices.filter(({ problems }) => problems.length > 0);
    const tooMany = overMaximum(asked);
    let accountsWithTooMany = 0;
    for await (const rows of data.all(tooMany.listing)) accountsWithTooMany += rows.length;
    const parts = [...below.map(({ device, problems }) => onDevice(asked, data, device, problems))];
    return {
      totals: {
        passkeys: sum(below),
        passkeysJudged: sum(devices.filter(({ device }) => device !== UNKNOWN)),
        accountsWithTooMany,
      },
      page: (after, limit) =>
        pageOf([...parts, { ...tooMany, shown: (row) => tooManyRow(asked, data, row) }], data, after, limit),
    };
  },
};

async function pageOf(
  parts: readonly Part[],
  data: ReportData,
  after: Cursor | null,
  limit: number,
): Promise<Page> {
  const [begun, ...place] = after ?? [''];
  const rows: ReportRow[] = [];
  for (const { key, listing, shown } of parts.filter((part) => part.key >= String(begun))) {
    if (rows.length === limit) return { rows, next: [key] };
    const from = key === begun && place.length > 0 ? place : null;
    const page = await data.page(listing, from, limit - rows.length, shown);
    rows.push(...page.rows);
    if (page.next !== null) return { rows, next: [key, ...page.next] };
  }
  return { rows, next: null };
}

function madeOn({ policy }: Asked): Listing {
  return { table: DEVICES.name, where: { rp: policy.slug }, orderBy: ['device'] };
}

function problemsOf(device: string, { policy }: Asked): readonly string[] {
  if (device === UNKNOWN) return [];
  return checkDevice(policy, factsOfText(device)).flatMap(({ blocking, code }) => (blocking ? [code] : []));
}

function onDevice({ policy }: Asked, data: ReportData, device: string, problems: readonly string[]): Part {
  const facts = factsOfText(device);
  const floor = policy.devices.floors.find(({ platform }) => platform === facts.platform);
  const required =
    floor === undefined
      ? ''
      : inWords({
          platform: facts.platform,
          osVersion: floor.osVersion,
          appVersion: appVersionsOf(floor, facts),
          screenLock: undefined,
        });
  return {
    key: device,
    listing: {
      table: PASSKEYS.name,
      where: { rp: policy.slug, device, removed_at: NEVER },
      orderBy: ['subject', 'passkey_id'],
    },
    shown: async (row) => ({
      accountId: await data.accountId(policy.slug, subjectOf(row)),
      passkeyId: textOf(row, 'passkey_id'),
      registeredAt: numberOf(row, 'registered_at'),
      problems: problems.join('+'),
      recorded: inWords(facts),
      required,
    }),
  };
}

function overMaximum({ policy }: Asked): Pick<Part, 'key' | 'listing'> {
  return {
    key: TOO_MANY,
    listing: {
      table: ACCOUNTS.name,
      where: { rp: policy.slug },
      ranges: [{ column: 'passkeys', from: policy.passkeys.maximum + 1 }],
      orderBy: ['passkeys', 'subject'],
    },
  };
}

async function tooManyRow({ policy }: Asked, data: ReportData, row: Row): Promise<ReportRow> {
  return {
    accountId: await data.accountId(policy.slug, subjectOf(row)),
    passkeyId: null,
    registeredAt: null,
    problems: 'too-many-passkeys',
    recorded: String(numberOf(row, 'passkeys')),
    required: `${policy.passkeys.maximum}`,
  };
}

type Floor = Asked['policy']['devices']['floors'][number];

function appVersionsOf({ appVersions }: Floor, { appKind }: DeviceFacts): string | undefined {
  return appKind === undefined ? Object.values(appVersions).join(' / ') || undefined : appVersions[appKind];
}

function inWords({
  platform,
  osVersion,
  appVersion,
  appKind,
  screenLock,
}: { [Member in keyof DeviceFacts]?: DeviceFacts[Member] | undefined } & Pick<
  DeviceFacts,
  'platform'
>): string {
  return [
    `${PLATFORM_NAMES.en[platform]}${osVersion === undefined ? '' : ` ${osVersion}`}`,
    ...(appVersion === undefined ? [] : [`app ${appVersion}`]),
    ...(appKind === undefined ? [] : [appKind]),
    ...(screenLock === false ? ['no screen lock'] : []),
  ].join(', ');
}

function sum(devices: readonly { readonly passkeys: number }[]): number {
  return devices.reduce((total, { passkeys }) => total + passkeys, 0);
}
