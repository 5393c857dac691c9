-- Decides a batch of decisions of one holder, each all-or-nothing. The module's README tells the
-- protocol; times are microseconds, amounts whole units up to 2^53.
--
-- KEYS  1 holder's sequence, 2 incarnation of the partition, then one hash a counter
-- ARGV  1 holder, 2 sequence, 3 number of counters, 4 number of decisions,
--       13 values a counter, then a decision: number of charges, (counter, cost) each
--       Written a/b where b is not what is usual: sequence/batch where something is settled,
--       used/settled for the counters of which it is, cost/needs where more must be left than is taken
-- Index keys are made here from a prefix in ARGV, since their period is picked here; they share
-- the hash tag of KEYS.
--
-- A counter's values: kind, limit, of, used, xof, extra, a, b, c, d, grace, index, subject
--   kind   f  fixed window:     a = period
--          c  calendar window:  a, b, c, d = starts of the previous, current and next period by the
--                               holder's clock, and the next one's end
--          b  token bucket:     limit = burst, b units gained per a; c, d = last level seen and when
--   of, used    what the holder knows to have used of the window that ends at, or the bucket whose
--               epoch is, "of"; used -1: it forgot, keep what is here
--   settled     what to take on top of that whatever is left. The batch is the sequence of the first
--               call that carried it; all later ones carry the same until one is answered. So it was
--               taken before where the holder's last sequence reached the batch, and in this very
--               window or epoch where the hash says so; else in one that ended
--   xof, extra  what it let pass on its own while it had no answer; xof: end of that window
--   grace       milliseconds that the hash outlives the window or the full bucket
--   index       prefix of the index's keys or '', subject its member
--
-- A counter's hash, h<holder> being what that holder used:
--   window  n end, t used, h<holder>
--   bucket  e epoch, t level, r remainder in 1/d units, d, l time of the level, h<holder> since e
--   both    s<holder> the last batch that was taken of it
--
-- Reply  {0, now}       sequence seen before: late or a duplicate, nothing was done
--        {2, now}       time is outside a calendar's three periods, nothing was done
--        {1, now, incarnation, (epoch, used by the holder, level, end) a counter,
--         (1 or 0, (fits, remaining, reset, retry) a charge) a decision}

local HOLDER_TTL = '172800000' -- 2 days in ms
local INDEX_GRACE = 172800000 -- the operator reads a period's last value after its end
local BUCKET_EPOCH = 3600000000 -- after an hour the table of holders starts anew
local MAX = 9007199254740992

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local holder = 'h' .. ARGV[1]
local settler = 's' .. ARGV[1]

-- Reads "a" or "a/b".
local function pair(written)
  local first = tonumber(written)
  if first then
    return first
  end
  local a, b = string.match(written, '^(%-?%d+)/(%d+)$')
  return tonumber(a), tonumber(b)
end

local sequence, batch = pair(ARGV[2])
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if sequence <= last then
  return {0, now}
end

local function text(number)
  return string.format('%.0f', number)
end

-- Start and end of the period around now, and the next one's end where it is known.
local function period(c)
  if c.kind == 'f' then
    local start = now - now % c.a
    return start, start + c.a, start + 2 * c.a
  end
  if now < c.b then
    return c.a, c.b, c.c
  elseif now < c.c then
    return c.b, c.c, c.d
  end
  return c.c, c.d, nil
end

-- A level as it is now; the products stay below 2^53 (dev.weir.limits.BucketLevel).
local function refill(units, remainder, at, c)
  local elapsed = math.max(0, now - at)
  local whole = math.floor(elapsed / c.a)
  local part = remainder + (elapsed - whole * c.a) * c.b
  units = units + whole * c.b + math.floor(part / c.a)
  if units >= c.limit then
    return c.limit, 0
  end
  return units, part % c.a
end

-- What of the settled is to be on top of what the holder says.
local function settled(c)
  if not c.settled then
    return 0
  end
  if last >= batch then
    local here = not c.renewed and tonumber(redis.call('HGET', c.key, settler)) == batch
    if c.used < 0 or not here then
      return 0
    end
  end
  c.settles = true
  return c.settled
end

local function load_window(c, stored)
  local start, stop, after = period(c)
  local stored_end = tonumber(stored[1])
  c.epoch, c.label, c.stop = 0, start, stop
  c.t = tonumber(stored[2]) or 0
  c.field = tonumber(stored[3]) or 0
  if stored_end and now >= stored_end then
    c.renewed = true
    c.t, c.field = 0, 0
  elseif stored_end and after and stored_end > after then
    c.moved = true -- written while the clock was far ahead: keep the counts, not the date
  elseif stored_end then
    -- It runs to its end, also where its calendar was edited.
    c.stop = stored_end
    if stored_end == after then
      c.label = stop -- the clock went back over a boundary
    end
  end
  local used
  if c.used < 0 then
    used = c.field
  else
    used = c.of > now and c.used or 0
  end
  local target = used + (c.xof > now and c.extra or 0) + settled(c)
  c.t = c.t + target - c.field
  c.dirty = c.renewed or c.moved or c.settles or target ~= c.field
    or (stored_end and c.stop ~= stop)
  c.field = target
end

local function load_bucket(c, stored)
  local epoch = tonumber(stored[1])
  c.field = tonumber(stored[3]) or 0
  c.r = 0
  local seen
  if c.d > 0 then
    seen = refill(c.c, 0, c.d, c)
  end
  if not epoch then
    -- Full, if it expired; else it was lost, and was no fuller than the holder saw it.
    c.epoch, c.t = now, seen or c.limit
    c.fresh = true
    c.lowered = c.t < c.limit
  else
    c.epoch = epoch
    c.lowered = tonumber(stored[2]) > c.limit -- by an edit of the burst
    local remainder = tonumber(stored[5]) == c.a and tonumber(stored[4]) or 0
    c.t, c.r = refill(tonumber(stored[2]), remainder, tonumber(stored[6]), c)
    if seen and c.of ~= epoch and seen < c.t then
      c.t, c.r = seen, 0
      c.lowered = true
    end
    if now - epoch > BUCKET_EPOCH then
      c.renewed = true
      c.epoch, c.field = now, 0
    end
  end
  local used
  if c.used < 0 then
    used = c.field
  else
    used = c.of == c.epoch and c.used or 0
  end
  local target = used + c.extra + settled(c)
  c.t = c.t - (target - c.field)
  if c.t >= c.limit then
    c.t, c.r = c.limit, 0
  end
  c.dirty = c.renewed or c.lowered or c.settles or target ~= c.field
  c.field = target
end

local function units_left(c)
  if c.kind == 'b' then
    return c.t
  end
  return c.limit - c.t
end

local function until_level(c, wanted)
  if c.t >= wanted then
    return 0
  end
  return math.min(MAX, math.ceil(((wanted - c.t) * c.a - c.r) / c.b))
end

-- Time until the window ends or the bucket is full.
local function reset(c)
  if c.kind ~= 'b' then
    return c.stop - now
  end
  return c.b == 0 and c.a or until_level(c, c.limit)
end

local function retry(c, needs)
  if c.kind == 'b' and needs <= c.limit then
    return until_level(c, needs)
  end
  return reset(c)
end

local counters = {}
local n = tonumber(ARGV[3])
local at = 5
for i = 1, n do
  local used, to_settle = pair(ARGV[at + 3])
  local c = {
    kind = ARGV[at], limit = tonumber(ARGV[at + 1]),
    of = tonumber(ARGV[at + 2]), used = used, settled = to_settle,
    xof = tonumber(ARGV[at + 4]), extra = tonumber(ARGV[at + 5]),
    a = tonumber(ARGV[at + 6]), b = tonumber(ARGV[at + 7]),
    c = tonumber(ARGV[at + 8]), d = tonumber(ARGV[at + 9]),
    grace = tonumber(ARGV[at + 10]), index = ARGV[at + 11], subject = ARGV[at + 12],
    key = KEYS[i + 2],
  }
  if c.kind == 'c' and (now < c.a or now >= c.d) then
    return {2, now}
  end
  counters[i] = c
  at = at + 13
end

redis.call('SET', KEYS[1], text(sequence), 'PX', HOLDER_TTL)
local incarnation = redis.call('GET', KEYS[2])
if not incarnation then
  incarnation = text(now)
  redis.call('SET', KEYS[2], incarnation)
end

for i = 1, n do
  local c = counters[i]
  if c.kind == 'b' then
    load_bucket(c, redis.call('HMGET', c.key, 'e', 't', holder, 'r', 'd', 'l'))
  else
    load_window(c, redis.call('HMGET', c.key, 'n', 't', holder))
  end
end

local verdicts = {}
for _ = 1, tonumber(ARGV[4]) do
  local charges = tonumber(ARGV[at])
  local first = at + 1
  at = first + 2 * charges
  local all = 1
  local fits = {}
  for k = 0, charges - 1 do
    local c = counters[tonumber(ARGV[first + 2 * k])]
    local cost, needs = pair(ARGV[first + 2 * k + 1])
    needs = needs or cost
    fits[k] = (needs == 0 or needs <= units_left(c)) and 1 or 0
    if fits[k] == 0 then
      all = 0
    end
  end
  verdicts[#verdicts + 1] = all
  for k = 0, charges - 1 do
    local c = counters[tonumber(ARGV[first + 2 * k])]
    local cost, needs = pair(ARGV[first + 2 * k + 1])
    if all == 1 and cost > 0 then
      c.t = c.t + (c.kind == 'b' and -cost or cost)
      c.field = c.field + cost
      c.dirty = true
    end
    verdicts[#verdicts + 1] = fits[k]
    verdicts[#verdicts + 1] = math.max(0, units_left(c))
    verdicts[#verdicts + 1] = reset(c)
    verdicts[#verdicts + 1] = fits[k] == 1 and 0 or retry(c, needs or cost)
  end
end

local function index(c)
  local subjects = c.index .. text(c.label)
  local sum = subjects .. ':sum'
  local before = tonumber(redis.call('ZSCORE', subjects, c.subject) or '0')
  if before == c.t then
    return
  end
  if c.t == 0 then
    redis.call('ZREM', subjects, c.subject)
  else
    redis.call('ZADD', subjects, text(c.t), c.subject)
  end
  redis.call('INCRBY', sum, text(c.t - before))
  local ttl = text(math.ceil((c.stop - now) / 1000) + INDEX_GRACE)
  redis.call('PEXPIRE', subjects, ttl)
  redis.call('PEXPIRE', sum, ttl)
end

local reply = {1, now, tonumber(incarnation)}
for i = 1, n do
  local c = counters[i]
  local stop = now + reset(c)
  if c.dirty then
    if c.renewed then
      redis.call('DEL', c.key)
    end
    if c.kind == 'b' then
      redis.call('HSET', c.key, 'e', text(c.epoch), 't', text(c.t), 'r', text(c.r), 'd', text(c.a),
        'l', text(now), holder, text(c.field))
    else
      redis.call('HSET', c.key, 'n', text(c.stop), 't', text(c.t), holder, text(c.field))
    end
    if c.settles then
      redis.call('HSET', c.key, settler, text(batch))
    end
    redis.call('PEXPIRE', c.key, text(math.ceil((stop - now) / 1000) + c.grace))
    if c.index ~= '' then
      index(c)
    end
  elseif c.fresh then
    c.epoch = 0 -- nothing was stored, so nothing is to be known of it
  end
  reply[#reply + 1] = c.epoch
  reply[#reply + 1] = c.field
  reply[#reply + 1] = c.kind == 'b' and c.t or units_left(c)
  reply[#reply + 1] = stop
end
for i = 1, #verdicts do
  reply[#reply + 1] = verdicts[i]
end
return reply
