import type { DeviceProblemCode } from '../policy/device-check.js';
import type { Language } from './language.js';

/** What a problem's words are made of. */
export interface DeviceProblemFacts {
  readonly product: string;
  /** The platform as people call it. */
  readonly platform: string;
  /** Every system that the product takes, with its lowest version; empty where none has one. */
  readonly systems: string;
  /** The device's own system with its lowest version. */
  readonly system: string;
  /** The lowest version of the app. */
  readonly appVersion: string;
  /** What the client said that it has for passkeys. */
  readonly providers: string;
}

export interface DeviceProblemWords {
  readonly message: string;
  /** On a button or link. */
  readonly remedy: string;
}

type Words = (facts: DeviceProblemFacts) => DeviceProblemWords;

export const DEVICE_TEXTS: Readonly<Record<Language, Readonly<Record<DeviceProblemCode, Words>>>> = {
  en: {
    'platform-not-supported': ({ product, platform, systems }) => ({
      message:
        `${product} does not support passkeys on ${platform}. ` +
        (systems === '' ? 'Please use another device.' : `Please use ${systems} or later.`),
      remedy: 'Use another device',
    }),
    'os-version-unknown': ({ product, system }) => ({
      message: `We could not tell the version of your device system. ${product} needs ${system} or later for passkeys.`,
      remedy: 'Check your system version',
    }),
    'os-too-old': ({ systems }) => ({
      message: `Your current device system is too old. Please use ${systems} or later.`,
      remedy: 'Update your system and try again',
    }),
    'app-version-unknown': ({ product, appVersion }) => ({
      message: `We could not tell the version of your ${product} app. Please update to version ${appVersion} or later.`,
      remedy: `Update ${product} and try again`,
    }),
    'app-too-old': ({ product, appVersion }) => ({
      message: `Your ${product} app is too old. Please update to version ${appVersion} or later.`,
      remedy: `Update ${product} and try again`,
    }),
    'no-screen-lock': () => ({
      message:
        'No screen lock is set up on your device. Set a passcode, fingerprint or face recognition and try again.',
      remedy: 'Set a screen lock in your device settings',
    }),
    'screen-lock-unknown': () => ({
      message:
        'Please make sure that your device has a screen lock: a passcode, fingerprint or face recognition.',
      remedy: 'Set a screen lock in your device settings',
    }),
    'passwords-app-missing': () => ({
      message: 'Before adding a Passkey, please make sure the Passwords app is installed on your iPhone.',
      remedy: 'Download Passwords app',
    }),
    'no-passkey-provider': ({ product }) => ({
      message:
        `${product} found neither Google Play services nor another passkey provider such as Samsung Pass ` +
        'on your phone. Install or update Google Play services, or turn on a passkey provider in ' +
        'Settings > Passwords & accounts.',
      remedy: 'Turn on a passkey provider',
    }),
    'passkey-provider-not-supported': ({ providers }) => ({
      message:
        `${providers} can't keep passkeys on this version of your system. ` +
        'Choose the system’s own password manager in your device settings, or update your system.',
      remedy: 'Choose another password manager',
    }),
  },
  zh: {
    'platform-not-supported': ({ product, platform, systems }) => ({
      message: `${product} 不支持在 ${platform} 上使用通行密钥。${systems === '' ? '请换一台设备。' : `请使用 ${systems} 或更高版本。`}`,
      remedy: '换一台设备',
    }),
    'os-version-unknown': ({ product, system }) => ({
      message: `无法确定您的设备系统版本。在 ${product} 使用通行密钥需要 ${system} 或更高版本。`,
      remedy: '查看系统版本',
    }),
    'os-too-old': ({ systems }) => ({
      message: `您当前的设备系统版本过低，请使用 ${systems} 或更高版本。`,
      remedy: '更新系统后重试',
    }),
    'app-version-unknown': ({ product, appVersion }) => ({
      message: `无法确定您的 ${product} 应用版本，请更新到 ${appVersion} 或更高版本。`,
      remedy: `更新 ${product} 后重试`,
    }),
    'app-too-old': ({ product, appVersion }) => ({
      message: `您的 ${product} 应用版本过低，请更新到 ${appVersion} 或更高版本。`,
      remedy: `更新 ${product} 后重试`,
    }),
    'no-screen-lock': () => ({
      message: '您的设备未设置锁屏。请先设置密码、指纹或面容识别，然后重试。',
      remedy: '在设备设置中设置锁屏',
    }),
    'screen-lock-unknown': () => ({
      message: '请确认您的设备已设置锁屏：密码、指纹或面容识别。',
      remedy: '在设备设置中设置锁屏',
    }),
    'passwords-app-missing': () => ({
      message: '添加通行密钥前，请确认您的 iPhone 已安装“密码”App。',
      remedy: '下载“密码”App',
    }),
    'no-passkey-provider': ({ product }) => ({
      message:
        `${product} 在您的手机上未找到 Google Play 服务，也未找到 Samsung Pass 等其他通行密钥提供程序。` +
        '请安装或更新 Google Play 服务，或在“设置 > 密码和账号”中开启一个通行密钥提供程序。',
      remedy: '开启通行密钥提供程序',
    }),
    'passkey-provider-not-supported': ({ providers }) => ({
      message: `${providers} 在此系统版本上无法保存通行密钥。请在设备设置中选择系统自带的密码管理器，或更新系统。`,
      remedy: '选择其他密码管理器',
    }),
  },
};
