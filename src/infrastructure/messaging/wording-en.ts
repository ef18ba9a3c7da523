import type { Factor } from '../../domain/account/events.js';
import { unreachable } from '../../domain/kernel/exhaustive.js';
import type { CodeTold, NoticeTold, Wording } from './wording.js';

export const ENGLISH: Wording = {
  language: 'en-GB',
  colon: ': ',
  space: ' ',
  code: ({ channel, code, minutes, product, use }) => ({
    subject: `Your ${product} verification code`,
    text:
      `${product}: ${code} is your code to ${approved(use, channel)}. ` +
      `It is valid for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. ` +
      `Never share it: ${product} will not ask you for it. If you did not request it, do not enter it anywhere.`,
  }),
  notice: told,
  passkey,
  factor: (factor) => FACTORS[factor],
  repudiation: (instructions) => `If this was not you: ${instructions}`,
  closing: (product) =>
    `You get this message at every confirmed phone number and email address of your account. ${product} never asks for a code or a password in a message.`,
};

function approved(use: CodeTold['use'], channel: CodeTold['channel']): string {
  switch (use.kind) {
    case 'bind-passkey':
      return 'add a passkey to your account';
    case 'sign-in':
      return 'sign in';
    case 'change-factors':
      return 'change how your account is verified';
    case 'confirm-factor':
      return `confirm this ${FACTORS[channel]}`;
    case 'step-up':
      return use.approves;
    default:
      return unreachable(use);
  }
}

function told({ moment, notice, when }: NoticeTold): ReturnType<Wording['notice']> {
  switch (notice.kind) {
    case 'passkey-added':
      return {
        subject: 'a passkey was added',
        happened: `${passkey(notice.passkeyName)} was added to your account on ${when}.`,
      };
    case 'passkey-removed':
      return {
        subject: 'a passkey was removed',
        happened: `${passkey(notice.passkeyName)} was removed from your account on ${when}.`,
      };
    case 'factor-added':
      return {
        subject: `your ${FACTORS[notice.factor]} was added`,
        happened: `your ${FACTORS[notice.factor]} was added for verification on ${when}.`,
      };
    case 'factor-changed':
      return {
        subject: `your ${FACTORS[notice.factor]} was changed`,
        happened: `your ${FACTORS[notice.factor]} for verification was changed on ${when}.`,
      };
    case 'factor-removed':
      return {
        subject: `your ${FACTORS[notice.factor]} was removed`,
        happened: `your ${FACTORS[notice.factor]} was removed from verification on ${when}.`,
      };
    case 'factor-disabled':
      return {
        subject: `your ${FACTORS[notice.factor]} is disabled`,
        happened: `after too many wrong entries in a row your ${FACTORS[notice.factor]} no longer verifies you, since ${when}. Confirm it anew, or ask support. A passkey still works.`,
      };
    case 'factor-reinstated':
      return {
        subject: `your ${FACTORS[notice.factor]} counts again`,
        happened: `your ${FACTORS[notice.factor]} verifies you again since ${when}.`,
      };
    case 'reset-requested':
      return {
        subject: 'a reset of your passkeys was requested',
        happened: `a reset of your passkeys by a face check was requested on ${when}. Until it is passed your passkeys still work, and can cancel it.`,
      };
    case 'reset-completed':
      return {
        subject: 'your passkeys were reset',
        happened: `your passkeys were removed by a reset on ${when}. A new one can be added until ${moment(notice.windowUntil)}. Until ${moment(notice.coolingOffUntil)} sensitive actions are stopped, and a removed passkey can dispute the reset.`,
      };
    case 'reset-cancelled':
      return {
        subject: 'the reset of your passkeys was cancelled',
        happened: `the reset of your passkeys was cancelled on ${when}.`,
      };
    case 'reset-rejected':
      return {
        subject: 'the reset of your passkeys was rejected',
        happened: `the face check for the reset of your passkeys was not passed on ${when}. Your passkeys still work.`,
      };
    case 'reset-expired':
      return {
        subject: 'the reset of your passkeys has expired',
        happened: `the reset of your passkeys ended on ${when} without a face check that was passed. Your passkeys still work.`,
      };
    case 'reset-disputed':
      return {
        subject: 'the reset of your passkeys was disputed',
        happened: `a passkey that the reset had removed disputed it on ${when}. Your account is locked until support unlocks it.`,
      };
    case 'account-locked':
      return {
        subject: 'your account is locked',
        happened: `too many wrong codes or passwords were entered, so these stay locked until ${moment(notice.until)}. A passkey still works.`,
      };
    case 'account-unlocked':
      return {
        subject: 'your account is unlocked',
        happened: `codes and passwords were unlocked for your account on ${when}.`,
      };
    case 'dispute-settled':
      return {
        subject: 'your account is unlocked',
        happened: `support unlocked your account on ${when}, which a disputed reset had locked. A new passkey can be added by another reset.`,
      };
    case 'liveness-subject-changed':
      return {
        subject: 'another face now resets your passkeys',
        happened: `the identity check whose face can reset your passkeys was replaced on ${when}.`,
      };
    case 'device-trusted':
      return {
        subject: 'a new device is trusted',
        happened: `a new device signed in to your account on ${when} and is trusted from now on.`,
      };
    case 'sign-in-denied':
      return {
        subject: 'a sign-in was denied',
        happened: `a sign-in to your account on a new device was denied on ${when}.`,
      };
    case 'sign-in-recovery-started':
      return {
        subject: 'a sign-in without a trusted device was requested',
        happened: `on ${when} someone asked to sign in on a new device without any of your trusted devices. It goes through on ${moment(notice.approvedFrom)} unless you deny it on a trusted device before.`,
      };
    default:
      return unreachable(notice);
  }
}

function passkey(name: string | null): string {
  return name === null ? 'a passkey' : `the passkey "${name}"`;
}

const FACTORS: Readonly<Record<Factor, string>> = {
  sms: 'phone number',
  email: 'email address',
  totp: 'authenticator app',
  password: 'password',
};
