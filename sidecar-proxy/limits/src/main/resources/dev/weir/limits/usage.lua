-- Reads the index of one quota in its current period.
--
-- KEYS  1 prefix of the index's keys
-- ARGV  1..4 starts of the previous, current and next period and the next one's end (microseconds,
--       by the reader's clock), 5 limit, 6 how many subjects
-- Reply {2, now}  time is outside the three periods
--       {1, now, start, end, sum, subjects, exhausted, subject, used, ...}

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local bounds = {}
for i = 1, 4 do
  bounds[i] = tonumber(ARGV[i])
end
if now < bounds[1] or now >= bounds[4] then
  return {2, now}
end
local i = now < bounds[2] and 1 or now < bounds[3] and 2 or 3
local subjects = KEYS[1] .. string.format('%.0f', bounds[i])
local reply = {
  1, now, bounds[i], bounds[i + 1],
  tonumber(redis.call('GET', subjects .. ':sum') or '0'),
  redis.call('ZCARD', subjects),
  redis.call('ZCOUNT', subjects, ARGV[5], '+inf'),
}
local top = tonumber(ARGV[6])
if top > 0 then
  for _, value in ipairs(redis.call('ZREVRANGE', subjects, 0, top - 1, 'WITHSCORES')) do
    reply[#reply + 1] = value
  end
end
return reply
