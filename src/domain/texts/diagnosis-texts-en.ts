import type { CauseFacts, CauseTexts } from './diagnosis-texts.js';

const tryAgain = 'Try again.';
const otherWay = ({ alternatives }: CauseFacts): string => `Sign in another way: ${alternatives}.`;
const replace = ({ byReset }: CauseFacts): string =>
  byReset
    ? 'Then reset your passkey in the Security Center, which takes a face check, and set up a new one.'
    : 'Then remove the old passkey in your passkey settings and set up a new one.';
const setUp = 'Set up a passkey in your account’s security settings.';
const screenLock = 'Set a passcode, fingerprint or face recognition in your device settings and try again.';

export const DIAGNOSIS_TEXTS_EN: CauseTexts = {
  'platform-not-supported': ({ product }) => ({
    meaning: `${product} does not support passkeys on this kind of device.`,
    next: ['Use another device.'],
  }),
  'os-too-old': () => ({
    meaning: 'Your device system is too old for passkeys.',
    next: ['Update your system and try again.'],
  }),
  'app-too-old': ({ product }) => ({
    meaning: `Your ${product} app is too old for passkeys.`,
    next: [`Update ${product} and try again.`],
  }),
  'no-screen-lock': () => ({ meaning: 'No screen lock is set up on your device.', next: [screenLock] }),
  'passwords-app-missing': () => ({
    meaning: 'The Passwords app is not installed on your iPhone.',
    next: ['Install the Passwords app from the App Store and try again.'],
  }),
  'no-passkey-provider': () => ({
    meaning: 'Nothing on your device can keep a passkey.',
    next: [
      'Install or update Google Play services, or turn on a passkey provider such as Samsung Pass in your settings.',
      tryAgain,
    ],
  }),
  'passkey-provider-not-supported': () => ({
    meaning: 'The password manager that you use does not support passkeys here.',
    next: ['Choose the system’s own password manager in your device settings.', tryAgain],
  }),
  'device-not-supported': (facts) => ({
    meaning: 'This device or browser does not support passkeys.',
    next: ['Update your system or browser, or use another device.', otherWay(facts)],
  }),
  dismissed: (facts) => ({
    meaning: 'The system’s passkey window was closed before it was done.',
    next: ['Try again, and confirm with your face, fingerprint or screen lock.', otherWay(facts)],
  }),
  'timed-out': (facts) => ({
    meaning: 'The passkey was not confirmed in time.',
    next: [tryAgain, otherWay(facts)],
  }),
  interrupted: () => ({
    meaning: 'The app or the system interrupted the passkey window.',
    next: ['Keep the app open and try again.'],
  }),
  'another-request-open': () => ({
    meaning: 'Another passkey window is still open.',
    next: ['Close other passkey windows, then try again.'],
  }),
  'none-added': (facts) => ({
    meaning: 'No passkey has been added to this account yet.',
    next: [otherWay(facts), setUp],
  }),
  'none-on-this-device': (facts) => ({
    meaning: `No passkey for ${facts.product} is stored on this device.`,
    next: [
      'Use the device that has it: choose another device and scan the QR code, or use your security key.',
      'If it should be here, turn on the syncing of passwords and passkeys in your device settings.',
      otherWay(facts),
    ],
  }),
  'passkey-invalidated': (facts) => ({
    meaning:
      'The passkey that was on this device is gone, as after resetting the device or deleting it there.',
    next: [otherWay(facts), replace(facts)],
  }),
  'passkey-removed': (facts) => ({
    meaning: `This passkey was removed from your ${facts.product} account and no longer works.`,
    next: [
      `Delete the passkey of ${facts.product} from your device’s password settings.`,
      otherWay(facts),
      setUp,
    ],
  }),
  'passkey-suspended': (facts) => ({
    meaning: 'This passkey is suspended, because a copy of it may be in use.',
    next: [otherWay(facts), replace(facts)],
  }),
  'passkey-unknown': (facts) => ({
    meaning: `${facts.product} does not know this passkey: it was never fully set up, or its account is no more.`,
    next: [`Delete the passkey of ${facts.product} from your device’s password settings.`, otherWay(facts)],
  }),
  'other-account': (facts) => ({
    meaning: 'The passkey that you picked belongs to another account.',
    next: [
      'Try again and pick the passkey of the account that you want.',
      'Or sign in to the other account without entering a name.',
      otherWay(facts),
    ],
  }),
  'already-on-this-device': () => ({
    meaning: 'This device already holds a passkey for this account.',
    next: ['Use the passkey that you have, or keep a further one on another device or security key.'],
  }),
  'passkey-limit-reached': ({ byReset, maximum }) => ({
    meaning: `Your account already has ${maximum === 1 ? 'its one passkey' : `all ${maximum} passkeys that it may have`}.`,
    next: [
      byReset
        ? 'To move to another device, reset your passkey in the Security Center.'
        : 'Remove a passkey that you no longer use, then try again.',
    ],
  }),
  'not-our-site': ({ product }) => ({
    meaning: `This page or app may not use passkeys of ${product}.`,
    next: [`Open ${product}’s own app or site and check its address.`],
  }),
  'security-key-without-pin': (facts) => ({
    meaning: 'Your security key has no PIN, and without one it can’t verify you.',
    next: [
      'Set a PIN with the maker’s tool, or in Chrome: Settings > Privacy and security > Security > Manage security keys > Create a PIN.',
      'Try again with the PIN. A key that was reset has lost its passkeys.',
      otherWay(facts),
    ],
  }),
  'security-key-blocked': (facts) => ({
    meaning: 'Your security key is blocked after too many wrong PINs or fingerprints.',
    next: [
      'Unplug the key, plug it in again and try once more.',
      'If it stays blocked, reset it with the maker’s tool, which deletes its passkeys.',
      otherWay(facts),
    ],
  }),
  'security-key-full': () => ({
    meaning: 'Your security key has no room for another passkey.',
    next: ['Delete a passkey from the key with the maker’s tool, or use another key.'],
  }),
  'service-fault': (facts) => ({
    meaning: 'The service could not be reached or had a temporary fault. Nothing is wrong with your passkey.',
    next: ['Check your connection and try again in a moment.', otherWay(facts)],
  }),
  'sync-off': () => ({
    meaning: 'Your passkeys are not synced to this device.',
    next: [
      'iPhone, iPad, Mac: turn on Passwords & Keychain under Settings > [your name] > iCloud, with the same Apple Account on both devices.',
      'Android: turn on syncing under Settings > Google > Password Manager; on other phones see the maker’s instructions.',
    ],
  }),
  'device-bound-passkey': () => ({
    meaning: 'Your passkey stays on the device that made it and is not synced.',
    next: ['Use that device by its QR code, or add a passkey on this device.'],
  }),
  'device-lost': (facts) => ({
    meaning: 'The device that keeps your passkey is not at hand.',
    next: [otherWay(facts), replace(facts)],
  }),
  'no-factor-available': (facts) => ({
    meaning: 'None of the ways to prove this account is available.',
    next: [
      otherWay(facts),
      'Set up a phone number, an email address or an authenticator app, then come back.',
    ],
  }),
  'liveness-rejected': () => ({
    meaning: 'The face check was not passed.',
    next: [
      'Try again in good light, without glasses, hat or mask, with your whole face in the frame.',
      'Use your own face: it is compared with your identity check.',
      'The number of attempts a day is limited; if it is used up, try again tomorrow or contact support.',
    ],
  }),
  'liveness-attempts-used-up': (facts) => ({
    meaning: 'The face check was tried as often as one day allows.',
    next: ['Try again tomorrow, or contact support.', otherWay(facts)],
  }),
  'qr-timed-out': () => ({
    meaning: 'The QR code expired, or the two devices did not find each other.',
    next: [
      'Turn on Bluetooth and the internet on both devices and keep them close together.',
      'Ask for a new QR code and scan it with the system’s camera.',
    ],
  }),
};
