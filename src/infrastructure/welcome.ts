import type { Service } from './service.js';
import { developmentKey } from './service/development-key.js';

/** What is printed once the service answers: where to look, and in development the key to call it with. */
export async function welcome(service: Service): Promise<string> {
  const { settings } = service;
  const origin = `http://localhost:${settings.port}`;
  if (settings.environment === 'production') {
    return `latchkey serves on ${settings.host}:${settings.port} (production)\n`;
  }
  return [
    '',
    `  Latchkey is running (development, data in ${settings.dataFolder})`,
    '',
    `  Try it      ${origin}/`,
    `  API docs    ${origin}/docs`,
    ...(settings.grpc === null
      ? []
      : [`  gRPC        ${settings.grpc.host}:${settings.grpc.port} (latchkey.v1, with reflection)`]),
    `  Console     ${origin}/console`,
    `  Outbox      ${origin}/dev/outbox`,
    `  API key     ${await developmentKey(service)}`,
    '',
    '',
  ].join('\n');
}
