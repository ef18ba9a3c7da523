import type { Channel } from '../../application/ports/messaging.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { Settings } from '../config/settings.js';
import { SingleEmailAddresses } from '../factors/email-addresses.js';
import type { Carrier } from './channel-messenger.js';
import type { Outbox } from './outbox.js';
import { SmsGateway } from './sms-gateway.js';
import type { SmtpOptions } from './smtp-messenger.js';
import { SmtpMessenger } from './smtp-messenger.js';

/** Who carries a message: what the settings name; in development the outbox for what they don't. */
export function carriersFor(settings: Settings, outbox: Outbox | null): Readonly<Record<Channel, Carrier>> {
  return { email: emailCarrier(settings) ?? instead(outbox), sms: smsCarrier(settings) ?? instead(outbox) };
}

function instead(outbox: Outbox | null): Carrier {
  if (outbox === null) throw new Error('production has no outbox: every channel needs its gateway');
  return outbox;
}

function emailCarrier({ smtp }: Settings): Carrier | undefined {
  return smtp && new SmtpMessenger(smtpOptions(smtp), new SingleEmailAddresses());
}

function smsCarrier({ sms }: Settings): Carrier | undefined {
  return sms && new SmsGateway({ url: sms.url, bearerToken: sms.token, timeout: 10 * SECOND });
}

/** `smtps://` speaks TLS from the start, `smtp://` upgrades to it; only a relay on this machine goes without. */
function smtpOptions({ url, from }: NonNullable<Settings['smtp']>): SmtpOptions {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== 'smtp:' && protocol !== 'smtps:')
    throw new Error('LATCHKEY_SMTP_URL must be smtp:// or smtps://');
  const implicit = protocol === 'smtps:';
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && username === '';
  return {
    host: hostname,
    port: port === '' ? (implicit ? 465 : 587) : Number(port),
    security: implicit ? 'implicit-tls' : local ? 'none' : 'starttls',
    ...(username !== '' && {
      credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
    from,
    timeout: 10 * SECOND,
  };
}
