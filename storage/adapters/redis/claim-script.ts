/** A claim is so many bytes: 16 of key, and what is kept under it: 6 of expiry, 6 of submission, 16 of digest. */
export const claimBytes = { key: 16, expiry: 6, submission: 6, digest: 16, all: 44 } as const

/**
 * Takes all claims of a batch in their order: ARGV is now in milliseconds, the prefix of the keys and the
 * claims back to back; the answer has a letter for each. The keys are not declared: they would be a
 * third of what is sent and parsed, and only a Redis Cluster looks, where no batch has one slot anyway.
 *
 * Whether a claim still holds is told by the expiry in it, by the callers' clock; Redis's own expiry
 * only frees the memory.
 */
export const claimScript = `
local now, prefix, claims, verdicts = tonumber(ARGV[1]), ARGV[2], ARGV[3], {}
for at = 1, #claims, 44 do
  local key = prefix .. string.sub(claims, at, at + 15)
  local mine = string.sub(claims, at + 16, at + 43)
  local ttl = math.max(1, struct.unpack('>I6', mine) - now)
  local held = redis.call('SET', key, mine, 'NX', 'GET', 'PX', ttl)
  if held and struct.unpack('>I6', held) <= now then
    redis.call('SET', key, mine, 'PX', ttl)
    held = false
  end
  local verdict = 'f'
  if held and string.sub(held, 7, 12) ~= string.sub(mine, 7, 12) then
    verdict = string.sub(held, 13) == string.sub(mine, 13) and 'd' or 'r'
  end
  verdicts[#verdicts + 1] = verdict
end
return table.concat(verdicts)`
