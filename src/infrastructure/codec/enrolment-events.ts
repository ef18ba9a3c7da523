import { z } from 'zod';
import type {
  AccountId,
  CheckId,
  GrantHash,
  ReceiptId,
  StepUpId,
  UserHandle,
} from '../../domain/kernel/ids.js';
import { LANGUAGES } from '../../domain/texts/language.js';
import type { JsonObject } from './event-definition.js';
import {
  base64url,
  codeFactor,
  count,
  factor,
  id,
  instant,
  members,
  nothing,
  text,
  totpStep,
} from './schema-parts.js';

const contacts = members({
  phone: text.exactOptional(),
  email: text.exactOptional(),
  totpSecret: text.exactOptional(),
}).meta({
  id: 'Contacts',
  description: 'Phone in E.164, email as given, TOTP secret in base32 (RFC 4648 §6).',
});

const proof = z
  .discriminatedUnion('kind', [
    members({ kind: z.literal('grant'), factor, grantHash: base64url<GrantHash>() }),
    members({ kind: z.literal('step-up'), stepUpId: id<StepUpId>() }),
    members({ kind: z.literal('confirmation'), checkId: id<CheckId>() }),
    members({ kind: z.literal('relying-party') }),
    members({ kind: z.literal('not-needed') }),
  ])
  .meta({ id: 'Proof', description: 'On whose proof the change was made.' });

export const enrolmentEvents = {
  AccountEnrolled: {
    summary: 'The relying party made the account known and vouched for its factors.',
    data: members({
      userHandle: base64url<UserHandle>().describe('WebAuthn `user.id`.'),
      factors: z.array(codeFactor).describe('Which factors count from now on.'),
    }),
    personal: members({
      accountId: id<AccountId>().describe("The relying party's own id of its user."),
      displayName: text.nullable(),
      contacts,
      identifiers: z.array(text).describe('Further names the account may be found by at sign-in.'),
    }),
  },
  FactorsChanged: {
    summary: 'Factors were proposed, withdrawn, confirmed or removed.',
    data: members({
      changes: z.array(
        members({ factor: codeFactor, change: z.enum(['proposed', 'confirmed', 'removed', 'withdrawn']) }),
      ),
      factors: z.array(codeFactor).describe('The confirmed factors after the change.'),
      proof,
      securityEpoch: count.describe('Grants, ceremonies and tokens of an earlier one no longer count.'),
      phoneCoolingOffUntil: instant
        .nullable()
        .describe('Actions that stop after a phone change stop until then.'),
      emailCoolingOffUntil: instant
        .nullable()
        .describe('Actions that stop after an email change stop until then.'),
      totpStep,
    }),
    personal: members({ contacts, previous: contacts }),
    upcasts: [{ data: (data: JsonObject) => ({ ...data, emailCoolingOffUntil: null }) }],
  },
  AccountDetailsChanged: {
    summary: 'The relying party changed the name or the further identifiers of the account.',
    data: nothing,
    personal: members({ displayName: text.nullable(), identifiers: z.array(text) }),
  },
  LocaleChosen: {
    summary: 'The language that the account holder is written to in was chosen.',
    data: members({ locale: z.enum(LANGUAGES).nullable().describe("Null: the product's own.") }),
    personal: nothing,
  },
  LivenessSubjectLinked: {
    summary: 'The account was linked to the person that a liveness provider knows.',
    data: members({
      provider: text,
      proof,
      securityEpoch: count
        .nullable()
        .describe('Raised where it was another person before; null for the first.'),
    }),
    personal: members({ subject: text.describe("The provider's own id of the person.") }),
    upcasts: [
      { data: (data: JsonObject) => ({ ...data, proof: { kind: 'relying-party' } }) },
      // A link to another person raised no epoch.
      { data: (data: JsonObject) => ({ ...data, securityEpoch: null }) },
    ],
  },
  AccountErased: {
    summary:
      'The last event of the account: its key is destroyed next, and with it all that is personal in its events.',
    data: members({
      receiptId: id<ReceiptId>().describe('Names the stream `erasure-{rp}.{receiptId}` with the receipt.'),
      securityEpoch: count.describe('Grants, ceremonies and tokens of an earlier one no longer count.'),
    }),
    personal: nothing,
  },
};
