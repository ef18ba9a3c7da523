import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { LATER, rename } from '../../support/account-commands.js';
import { cloneSuspected, enrolled, registered, removed } from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

describe('renaming a passkey', () => {
  it('records both names', () => {
    given(enrolled(), registered())
      .when(rename('Work phone'))
      .then({
        type: 'PasskeyRenamed',
        at: LATER,
        data: { passkeyId: as('passkey-1') },
        personal: { name: 'Work phone', previousName: 'iPhone' },
      });
  });

  it.each(['iPhone', '  iPhone ', 'iPhone\u2003'])('to the same name, as %j, is no event', (name) => {
    given(enrolled(), registered()).when(rename(name)).then();
  });

  it('compares names as they are kept, whichever way they were composed', () => {
    given(enrolled(), registered({ name: 'Caf\u00E9' }))
      .when(rename('Cafe\u0301'))
      .then();
  });

  it.each([
    ['', 'empty'],
    [' \u200D ', 'empty'],
    ['x'.repeat(21), 'too-long'],
    ['pay\u202Eapp', 'forbidden-character'],
    ['a\u0000b', 'forbidden-character'],
    ['\uD800', 'not-well-formed'],
  ])('to %j is refused as %s', (name, problem) => {
    given(enrolled(), registered()).when(rename(name)).thenRefused(['name-invalid', { problem }]);
  });

  it('takes twenty characters as a person counts them', () => {
    const name = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'.repeat(20);
    given(enrolled(), registered())
      .when(rename(name))
      .then({
        type: 'PasskeyRenamed',
        at: LATER,
        data: { passkeyId: as('passkey-1') },
        personal: { name, previousName: 'iPhone' },
      });
  });

  it('that the account has not, or no more, is refused', () => {
    given(enrolled(), registered())
      .when(rename('Phone', { passkeyId: as('passkey-2') }))
      .thenRefused('passkey-not-found');
    given(enrolled(), registered(), removed()).when(rename('Phone')).thenRefused('passkey-not-found');
  });

  it('is allowed for a suspended one: its owner has to tell it from the others', () => {
    given(enrolled(), registered(), cloneSuspected())
      .when(rename('Old key'))
      .then({
        type: 'PasskeyRenamed',
        at: LATER,
        data: { passkeyId: as('passkey-1') },
        personal: { name: 'Old key', previousName: 'iPhone' },
      });
  });
});
