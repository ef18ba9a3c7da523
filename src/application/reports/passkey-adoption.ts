import { MEASURES } from '../projections/compliance/counting.js';
import { WITH_PASSKEY } from '../projections/compliance/passkey-reducers.js';
import { DAY } from './figures.js';
import type { Counted, ReportData } from './report-data.js';
import type { Report, ReportRow } from './report.js';
import { allAtOnce, percent } from './report.js';

const COUNTED = [MEASURES.accounts, MEASURES.added, MEASURES.removed];

export const passkeyAdoption: Report = {
  name: 'passkey-adoption',
  title: { en: 'Passkey adoption', zh: '通行密钥采用情况' },
  about: {
    en: 'How many accounts there are, how many of them have a passkey, and what passkeys they are, day by day.',
    zh: '每天有多少账户、其中多少拥有通行密钥，以及这些通行密钥的构成。',
  },
  span: 'days',
  namesAccounts: false,
  columns: [
    DAY,
    {
      name: 'by',
      definition: {
        en: 'What the row counts: accounts, or passkeys told apart by storage, provider or platform.',
        zh: '该行统计的对象：账户，或按存储方式、提供方、平台划分的通行密钥。',
      },
    },
    {
      name: 'value',
      definition: {
        en: 'Of accounts: enrolled, or with-passkey (at least one). Of storage: synced (backup eligible) or device-bound. Of provider: by the AAGUID that the passkey gave, else unknown. Of platform: what the client said it ran on when the passkey was added; unknown where the account was erased since.',
        zh: '账户：enrolled（已注册）或 with-passkey（至少有一个）。存储方式：synced（可同步）或 device-bound（绑定设备）。提供方：由 AAGUID 得知，否则为 unknown。平台：添加时客户端所述平台；账户后来被删除的为 unknown。',
      },
    },
    {
      name: 'added',
      definition: {
        en: 'On that day: accounts enrolled, accounts that got a passkey while they had none, or passkeys added.',
        zh: '当天注册的账户、从没有到拥有通行密钥的账户，或添加的通行密钥数。',
      },
    },
    {
      name: 'removed',
      definition: {
        en: 'On that day: accounts erased, accounts that lost their last passkey, or passkeys removed for whatever reason.',
        zh: '当天被删除的账户、失去最后一个通行密钥的账户，或因任何原因被移除的通行密钥数。',
      },
    },
    {
      name: 'active',
      definition: {
        en: 'How many there were at the end of that day: all that were ever added less all that were ever removed.',
        zh: '当天结束时的数量：累计添加减去累计移除。',
      },
    },
  ],
  totals: [
    {
      name: 'accounts',
      definition: {
        en: 'Accounts enrolled and not erased by the end of the last day.',
        zh: '最后一天结束时已注册且未被删除的账户数。',
      },
    },
    {
      name: 'accountsWithPasskey',
      definition: { en: 'Those of them that had a passkey.', zh: '其中拥有通行密钥的账户数。' },
    },
    {
      name: 'adoptionPercent',
      definition: {
        en: 'accountsWithPasskey in percent of accounts, to one decimal place; empty where there are none.',
        zh: 'accountsWithPasskey 占 accounts 的百分比，保留一位小数；没有账户时为空。',
      },
    },
    {
      name: 'passkeys',
      definition: {
        en: 'Passkeys that were there at the end of the last day, suspended ones included.',
        zh: '最后一天结束时存在的通行密钥数，包括被暂停的。',
      },
    },
    {
      name: 'synced',
      definition: { en: 'Those of them that may be synced (backup eligible).', zh: '其中可同步的数量。' },
    },
    {
      name: 'deviceBound',
      definition: { en: 'Those of them that stay on one device.', zh: '其中绑定单一设备的数量。' },
    },
  ],
  async open(asked, data) {
    const standings = new Standings(data);
    standings.take(await data.before(asked, COUNTED));
    const rows: ReportRow[] = [];
    for await (const [day, counted] of data.daily(asked, COUNTED)) {
      standings.startDay();
      standings.take(counted);
      rows.push(...standings.rows(day));
    }
    return allAtOnce(standings.totals(), rows);
  },
};

interface Standing {
  readonly by: string;
  readonly value: string;
  added: number;
  removed: number;
  active: number;
}

/** How many there are of each, as days go by. */
class Standings {
  private readonly all = new Map<string, Standing>();

  constructor(private readonly data: ReportData) {
    this.of('accounts', 'enrolled');
    this.of('accounts', 'with-passkey');
  }

  take(counted: readonly Counted[]): void {
    for (const { measure, what, how, count } of counted) {
      const isRemoval = measure === MEASURES.removed || what === 'erased';
      const standing = this.about(measure, what, how);
      standing[isRemoval ? 'removed' : 'added'] += count;
      standing.active += isRemoval ? -count : count;
    }
  }

  startDay(): void {
    for (const standing of this.all.values()) Object.assign(standing, { added: 0, removed: 0 });
  }

  rows(day: string): readonly ReportRow[] {
    return [...this.all.values()].map(({ by, value, added, removed, active }) => ({
      day,
      by,
      value,
      added,
      removed,
      active,
    }));
  }

  totals(): ReportRow {
    const accounts = this.of('accounts', 'enrolled').active;
    const accountsWithPasskey = this.of('accounts', 'with-passkey').active;
    const synced = this.of('storage', 'synced').active;
    const deviceBound = this.of('storage', 'device-bound').active;
    return {
      accounts,
      accountsWithPasskey,
      adoptionPercent: percent(accountsWithPasskey, accounts),
      passkeys: synced + deviceBound,
      synced,
      deviceBound,
    };
  }

  private about(measure: string, what: string, how: string): Standing {
    if (measure === MEASURES.accounts) return this.of('accounts', 'enrolled');
    if (what === WITH_PASSKEY) return this.of('accounts', 'with-passkey');
    return this.of(what, what === 'provider' ? this.data.provider(how) : how || 'unknown');
  }

  private of(by: string, value: string): Standing {
    const name = `${by}|${value}`;
    const found = this.all.get(name) ?? { by, value, added: 0, removed: 0, active: 0 };
    this.all.set(name, found);
    return found;
  }
}
