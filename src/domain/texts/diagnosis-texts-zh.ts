import type { CauseFacts, CauseTexts } from './diagnosis-texts.js';

const tryAgain = '请重试。';
const otherWay = ({ alternatives }: CauseFacts): string => `用其他方式登录：${alternatives}。`;
const replace = ({ byReset }: CauseFacts): string =>
  byReset
    ? '然后在安全中心重置通行密钥（需要人脸验证），再设置新的通行密钥。'
    : '然后在通行密钥设置中删除旧的通行密钥，再设置新的。';
const setUp = '在账户的安全设置中添加通行密钥。';

export const DIAGNOSIS_TEXTS_ZH: CauseTexts = {
  'platform-not-supported': ({ product }) => ({
    meaning: `${product} 不支持在此类设备上使用通行密钥。`,
    next: ['请换一台设备。'],
  }),
  'os-too-old': () => ({ meaning: '设备系统版本过低，无法使用通行密钥。', next: ['更新系统后重试。'] }),
  'app-too-old': ({ product }) => ({
    meaning: `${product} 应用版本过低，无法使用通行密钥。`,
    next: [`更新 ${product} 后重试。`],
  }),
  'no-screen-lock': () => ({
    meaning: '您的设备未设置锁屏。',
    next: ['在设备设置中设置密码、指纹或面容识别，然后重试。'],
  }),
  'passwords-app-missing': () => ({
    meaning: '您的 iPhone 未安装“密码”App。',
    next: ['在 App Store 安装“密码”App，然后重试。'],
  }),
  'no-passkey-provider': () => ({
    meaning: '您的设备上没有可以保存通行密钥的程序。',
    next: ['安装或更新 Google Play 服务，或在设置中开启 Samsung Pass 等通行密钥提供程序。', tryAgain],
  }),
  'passkey-provider-not-supported': () => ({
    meaning: '您使用的密码管理器在此不支持通行密钥。',
    next: ['在设备设置中选择系统自带的密码管理器。', tryAgain],
  }),
  'device-not-supported': (facts) => ({
    meaning: '此设备或浏览器不支持通行密钥。',
    next: ['更新系统或浏览器，或换一台设备。', otherWay(facts)],
  }),
  dismissed: (facts) => ({
    meaning: '系统的通行密钥窗口在完成前被关闭。',
    next: ['重试，并用面容、指纹或锁屏密码确认。', otherWay(facts)],
  }),
  'timed-out': (facts) => ({ meaning: '未在规定时间内确认通行密钥。', next: [tryAgain, otherWay(facts)] }),
  interrupted: () => ({
    meaning: '通行密钥窗口被应用或系统中断。',
    next: ['保持应用在前台，然后重试。'],
  }),
  'another-request-open': () => ({
    meaning: '另一个通行密钥窗口仍未关闭。',
    next: ['关闭其他通行密钥窗口，然后重试。'],
  }),
  'none-added': (facts) => ({ meaning: '此账户尚未添加通行密钥。', next: [otherWay(facts), setUp] }),
  'none-on-this-device': (facts) => ({
    meaning: `此设备上没有 ${facts.product} 的通行密钥。`,
    next: [
      '使用保存了通行密钥的设备：选择其他设备并扫描二维码，或使用安全密钥。',
      '如果它本应在此设备上，请在设备设置中开启密码和通行密钥同步。',
      otherWay(facts),
    ],
  }),
  'passkey-invalidated': (facts) => ({
    meaning: '此设备上原有的通行密钥已失效，例如设备被重置，或通行密钥在设备上被删除。',
    next: [otherWay(facts), replace(facts)],
  }),
  'passkey-removed': (facts) => ({
    meaning: `此通行密钥已从您的 ${facts.product} 账户中移除，不能再使用。`,
    next: [`在设备的密码设置中删除 ${facts.product} 的通行密钥。`, otherWay(facts), setUp],
  }),
  'passkey-suspended': (facts) => ({
    meaning: '此通行密钥可能被复制使用，已暂停。',
    next: [otherWay(facts), replace(facts)],
  }),
  'passkey-unknown': (facts) => ({
    meaning: `${facts.product} 不认识此通行密钥：它的设置未完成，或其账户已不存在。`,
    next: [`在设备的密码设置中删除 ${facts.product} 的通行密钥。`, otherWay(facts)],
  }),
  'other-account': (facts) => ({
    meaning: '您选择的通行密钥属于另一个账户。',
    next: ['重试，并选择您要使用的账户的通行密钥。', '或不输入账户名，直接登录另一个账户。', otherWay(facts)],
  }),
  'already-on-this-device': () => ({
    meaning: '此处已有该账户的通行密钥。',
    next: ['使用现有的通行密钥，或将新的保存到其他设备或安全密钥。'],
  }),
  'passkey-limit-reached': ({ byReset, maximum }) => ({
    meaning: `您的账户已有 ${maximum} 个通行密钥，达到上限。`,
    next: [byReset ? '如需更换设备，请在安全中心重置通行密钥。' : '删除不再使用的通行密钥，然后重试。'],
  }),
  'not-our-site': ({ product }) => ({
    meaning: `此页面或应用不能使用 ${product} 的通行密钥。`,
    next: [`打开 ${product} 的官方应用或网站，并核对网址。`],
  }),
  'security-key-without-pin': (facts) => ({
    meaning: '您的安全密钥未设置 PIN，无法验证您的身份。',
    next: [
      '用厂商工具设置 PIN，或在 Chrome 中：设置 > 隐私和安全 > 安全 > 管理安全密钥 > 创建 PIN 码。',
      '用 PIN 重试。重置过的安全密钥已丢失其中的通行密钥。',
      otherWay(facts),
    ],
  }),
  'security-key-blocked': (facts) => ({
    meaning: 'PIN 或指纹错误次数过多，安全密钥已锁定。',
    next: [
      '拔出并重新插入安全密钥后再试一次。',
      '若仍锁定，请用厂商工具重置，其中的通行密钥会被删除。',
      otherWay(facts),
    ],
  }),
  'security-key-full': () => ({
    meaning: '安全密钥没有空间保存新的通行密钥。',
    next: ['用厂商工具从安全密钥中删除一个通行密钥，或换一个安全密钥。'],
  }),
  'service-fault': (facts) => ({
    meaning: '服务暂时无法访问或出现故障。您的通行密钥没有问题。',
    next: ['检查网络，稍后重试。', otherWay(facts)],
  }),
  'sync-off': () => ({
    meaning: '您的通行密钥未同步到此设备。',
    next: [
      'iPhone、iPad、Mac：在“设置 > [您的姓名] > iCloud”中开启“密码与钥匙串”，两台设备使用同一 Apple 账户。',
      'Android：在“设置 > Google > 密码管理工具”中开启同步；其他手机请参阅厂商说明。',
    ],
  }),
  'device-bound-passkey': () => ({
    meaning: '您的通行密钥只保存在创建它的设备上，不会同步。',
    next: ['通过二维码使用那台设备，或在此设备上添加通行密钥。'],
  }),
  'device-lost': (facts) => ({
    meaning: '保存通行密钥的设备不在身边。',
    next: [otherWay(facts), replace(facts)],
  }),
  'no-factor-available': (facts) => ({
    meaning: '没有可用于验证此账户的方式。',
    next: [otherWay(facts), '设置手机号、邮箱或身份验证器，然后再回到这里。'],
  }),
  'liveness-rejected': () => ({
    meaning: '人脸验证未通过。',
    next: [
      '在光线充足处重试，不要戴眼镜、帽子或口罩，让整张脸位于框内。',
      '请本人验证：会与您的身份认证进行比对。',
      '每天的次数有限；用完后请明天再试或联系客服。',
    ],
  }),
  'liveness-attempts-used-up': (facts) => ({
    meaning: '今天的人脸验证次数已用完。',
    next: ['请明天再试，或联系客服。', otherWay(facts)],
  }),
  'qr-timed-out': () => ({
    meaning: '二维码已过期，或两台设备未能互相发现。',
    next: ['在两台设备上打开蓝牙和网络，并让它们靠近。', '重新获取二维码，并用系统相机扫描。'],
  }),
};
