/**
 * Settles what a process owes and grants what it asks for, for any number of buckets. ARGV: now in milliseconds,
 * the process, the prefix of the keys, and for each bucket its key, tokens a second, burst, owed, wanted. The
 * answer: how many processes asked within the last ten seconds, and for each bucket the whole tokens granted.
 *
 * A debt is always taken, below zero if need be; one that is negative gives back. Callers' clocks may differ: a bucket's
 * time never goes back, so that no time fills it twice.
 */
export const leaseScript = `
local now, prefix = tonumber(ARGV[1]), ARGV[3]
local holders = prefix .. 'holders'
redis.call('ZADD', holders, now, ARGV[2])
redis.call('ZREMRANGEBYSCORE', holders, '-inf', now - 10000)
redis.call('PEXPIRE', holders, 60000)
local answer = { redis.call('ZCARD', holders) }
for at = 4, #ARGV, 5 do
  local key = prefix .. 'of:' .. ARGV[at]
  local rate, burst = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local held = redis.call('HMGET', key, 'tokens', 'at')
  local last = math.max(now, tonumber(held[2]) or now)
  local grown = (last - (tonumber(held[2]) or now)) / 1000 * rate
  local tokens = math.min(burst, (tonumber(held[1]) or burst) + grown)
  tokens = math.min(burst, tokens - tonumber(ARGV[at + 3]))
  local granted = math.max(0, math.min(tonumber(ARGV[at + 4]), math.floor(tokens)))
  tokens = tokens - granted
  redis.call('HSET', key, 'tokens', tokens, 'at', last)
  redis.call('PEXPIRE', key, math.ceil((burst - tokens) / rate * 1000) + 1000)
  answer[#answer + 1] = granted
end
return answer`
