import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import { passkeyName } from '../../policy/passkey-name.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RenamePasskey } from '../commands.js';
import type { AccountEvent } from '../events.js';
import type { EnrolledAccount } from '../state.js';

export function renamePasskey(
  command: RenamePasskey,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const passkey = state.passkeys.find((candidate) => candidate.passkeyId === command.passkeyId);
  if (passkey === undefined) return reject(rejection('passkey-not-found'));
  const name = passkeyName(command.name, policy.passkeys.nameMaximumLength);
  if (!name.ok) return reject(rejection('name-invalid', { problem: name.problem }));
  if (name.name === passkey.name) return accept();
  return accept({
    type: 'PasskeyRenamed',
    at: command.at,
    data: { passkeyId: passkey.passkeyId },
    personal: { name: name.name, previousName: passkey.name },
  });
}
