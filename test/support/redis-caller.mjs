// Asks a Redis in a process of its own, for which authorities Node trusts is settled when it starts.
import { RedisConnection, Script } from '../../dist/infrastructure/redis/redis-connection.js';

const logged = [];
const log = {
  info: (facts, text) => logged.push({ ...facts, text }),
  error: (facts, text) => logged.push({ ...facts, text }),
};
const asked = async () => {
  const redis = await RedisConnection.open({ url: process.argv[2], prefix: 'test:' }, log);
  const another = redis.another({});
  try {
    await another.connect();
    return {
      reply: String(await redis.run(new Script('return ARGV[1]'), [], ['hello'])),
      pong: await another.ping(),
    };
  } finally {
    another.disconnect();
    redis.close();
  }
};
const told = await asked().catch(({ name, message }) => ({ name, message }));
process.stdout.write(JSON.stringify({ ...told, logged }));
