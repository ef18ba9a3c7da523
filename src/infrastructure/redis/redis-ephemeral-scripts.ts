import { Script } from './redis-connection.js';

/** An entry is its expiry in 16 digits and its value. Times are the caller's; what Redis counts itself is how long is left. */

/** Keys: entry, names, expiries. Arguments: name, value, expiry, now. */
export const PUT = new Script(`
  for _, name in ipairs(redis.call('zrangebyscore', KEYS[3], '-inf', ARGV[4], 'limit', 0, 16)) do
    redis.call('zrem', KEYS[2], name)
    redis.call('zrem', KEYS[3], name)
  end
  local left = tonumber(ARGV[3]) - tonumber(ARGV[4])
  if left <= 0 then
    redis.call('del', KEYS[1])
    redis.call('zrem', KEYS[2], ARGV[1])
    redis.call('zrem', KEYS[3], ARGV[1])
    return 0
  end
  redis.call('set', KEYS[1], string.format('%016.0f', tonumber(ARGV[3])) .. ARGV[2], 'px', left)
  redis.call('zadd', KEYS[2], 0, ARGV[1])
  redis.call('zadd', KEYS[3], ARGV[3], ARGV[1])
  return 1
`);

/** Keys: entry. Arguments: now. */
export const GET = new Script(`
  local entry = redis.call('get', KEYS[1])
  if not entry or tonumber(string.sub(entry, 1, 16)) <= tonumber(ARGV[1]) then return false end
  return string.sub(entry, 17)
`);

/** Keys: entry, names, expiries. Arguments: name. */
export const DELETE = new Script(`
  redis.call('del', KEYS[1])
  redis.call('zrem', KEYS[2], ARGV[1])
  redis.call('zrem', KEYS[3], ARGV[1])
`);

/** Keys: names, expiries. Arguments: from, to, what stands before an entry's name in its key, how many at most. */
export const DELETE_NAMED = new Script(`
  local names = redis.call('zrangebylex', KEYS[1], ARGV[1], ARGV[2], 'limit', 0, ARGV[4])
  for _, name in ipairs(names) do
    redis.call('del', ARGV[3] .. name)
    redis.call('zrem', KEYS[1], name)
    redis.call('zrem', KEYS[2], name)
  end
  return #names
`);

/** The same arguments; replies with names and entries by turns, an empty entry where there is none any more. */
export const NAMED = new Script(`
  local found = {}
  for _, name in ipairs(redis.call('zrangebylex', KEYS[1], ARGV[1], ARGV[2], 'limit', 0, ARGV[4])) do
    found[#found + 1] = name
    found[#found + 1] = redis.call('get', ARGV[3] .. name) or ''
  end
  return found
`);

/** What was taken: its expiry in 16 digits and its owner. Keys: what is taken. Arguments: owner, expiry, now. */
export const TAKE = new Script(`
  local expiry, now = tonumber(ARGV[2]), tonumber(ARGV[3])
  if expiry <= now then return 0 end
  local taken = redis.call('get', KEYS[1])
  if taken then
    local until_then = tonumber(string.sub(taken, 1, 16))
    if until_then > now then
      if string.sub(taken, 17) ~= ARGV[1] then return 0 end
      if until_then > expiry then expiry = until_then end
    end
  end
  redis.call('set', KEYS[1], string.format('%016.0f', expiry) .. ARGV[1], 'px', expiry - now)
  return 1
`);
