/**
 * What the steps in Redis have in common: the functions of `holdings.ts`, step by step, in Lua.
 *
 * An account is three keys: a hash (`window`, `low`, `central`, `high`, `reserved`, `first`, `changes`, a field
 * `s:<slot>` per slot, `b:<slot>` for what of it was taken up after a loss, and `r:<threshold>` per reported threshold),
 * the amounts of its reservations by request, and their expiries. Numbers travel as text with 17 digits, because Lua and
 * its JSON would keep 14. Accounts are loaded once and saved once; one that cannot be read is left alone, so that no
 * step ends halfway.
 */
export const ACCOUNT = `
local ROUNDING = 1e-9

local function text(value) return string.format('%.17g', value) end

local function rangeText(low, central, high) return text(low) .. ' ' .. text(central) .. ' ' .. text(high) end

local function parseRange(range)
  local low, central, high = string.match(range or '', '(%S+) (%S+) (%S+)')
  return tonumber(low) or 0, tonumber(central) or 0, tonumber(high) or 0
end

local function release(account, id)
  local amount = redis.call('HGET', account.holds, id)
  if not amount then return end
  redis.call('HDEL', account.holds, id)
  redis.call('ZREM', account.expiries, id)
  account.reserved = math.max(0, account.reserved - (tonumber(amount) or 0))
  if redis.call('HLEN', account.holds) == 0 then account.reserved = 0 end
  account.dirty = true
end

local function reserve(account, id, amount, expiresAt)
  redis.call('HSET', account.holds, id, text(amount))
  redis.call('ZADD', account.expiries, text(expiresAt), id)
  account.reserved = account.reserved + amount
  account.dirty = true
end

local function advance(account)
  if account.windowStart <= account.window then return end
  account.ended = text(account.window) .. ' ' .. rangeText(account.low, account.central, account.high)
  local low, central, high = 0, 0, 0
  local fields = redis.call('HGETALL', account.hash)
  for index = 1, #fields, 2 do
    local kind, slot = string.match(fields[index], '^([sb]):(.+)$')
    slot = tonumber(slot)
    if slot and slot < account.keepFrom then
      redis.call('HDEL', account.hash, fields[index])
    elseif slot and kind == 's' and slot >= account.windowStart then
      local slotLow, slotCentral, slotHigh = parseRange(fields[index + 1])
      low, central, high = low + slotLow, central + slotCentral, high + slotHigh
    end
  end
  account.window, account.low, account.central, account.high = account.windowStart, low, central, high
  account.dirty = true
end

local function spend(account, slot, low, central, high)
  local field = 's:' .. text(slot)
  local slotLow, slotCentral, slotHigh = parseRange(redis.call('HGET', account.hash, field))
  redis.call('HSET', account.hash, field, rangeText(slotLow + low, slotCentral + central, slotHigh + high))
  if slot >= account.window then
    account.low, account.central, account.high = account.low + low, account.central + central, account.high + high
  end
  account.changes = account.changes + 1
  account.dirty = true
end

-- The thresholds, parted by spaces, that are reached and were not yet reported in this window; they now are.
local function cross(account, bound, limit, thresholds)
  local crossed = {}
  for threshold in string.gmatch(thresholds, '%S+') do
    local reported = tonumber(redis.call('HGET', account.hash, 'r:' .. threshold) or '-inf')
    if account[bound] / limit >= tonumber(threshold) * (1 - ROUNDING) and reported < account.window then
      redis.call('HSET', account.hash, 'r:' .. threshold, text(math.max(account.slot, account.window)))
      crossed[#crossed + 1] = threshold
    end
  end
  return table.concat(crossed, ' ')
end

-- What keeps an account from being used, if anything does.
local function fault(fields, expired, holds)
  for _, answer in ipairs({ fields, expired, holds }) do
    if type(answer) == 'table' and answer.err then return answer.err end
  end
  for index = 1, #FIELDS do
    if fields[index] and not tonumber(fields[index]) then return FIELDS[index] .. ' is not a number' end
  end
end

-- Arguments of an account: windowStart, slot, slotMilliseconds, keepFrom, milliseconds for which it is kept untouched.
local function open(firstKey, firstArgument)
  local account = {
    hash = KEYS[firstKey], holds = KEYS[firstKey + 1], expiries = KEYS[firstKey + 2],
    windowStart = tonumber(ARGV[firstArgument]), slot = tonumber(ARGV[firstArgument + 1]),
    keepFrom = tonumber(ARGV[firstArgument + 3]), keepMilliseconds = ARGV[firstArgument + 4], ended = '',
  }
  local fields = redis.pcall('HMGET', account.hash, unpack(FIELDS))
  local expired = redis.pcall('ZRANGEBYSCORE', account.expiries, '-inf', text(now))
  account.fault = fault(fields, expired, redis.pcall('HLEN', account.holds))
  if account.fault then return account end
  for index, field in ipairs(FIELDS) do account[field] = tonumber(fields[index] or '0') end
  account.isNew = not fields[1]
  account.dirty = account.isNew
  if account.isNew then account.window = account.windowStart end
  account.first = tonumber(fields[6] or '')
  advance(account)
  for _, id in ipairs(expired) do release(account, id) end
  return account
end

local function save(account)
  if account.fault or not account.dirty then return end
  redis.call('HSET', account.hash, 'window', text(account.window), 'low', text(account.low),
    'central', text(account.central), 'high', text(account.high), 'reserved', text(account.reserved),
    'changes', text(account.changes))
  if account.first then redis.call('HSET', account.hash, 'first', text(account.first)) end
  for _, key in ipairs({ account.hash, account.holds, account.expiries }) do
    redis.call('PEXPIRE', key, account.keepMilliseconds)
  end
end

-- A fault is a text, a balance a list.
local function balance(account, crossed)
  if account.fault then return account.fault end
  save(account)
  return { text(account.window), rangeText(account.low, account.central, account.high), text(account.reserved),
    account.ended, crossed, text(account.changes) }
end
`;

/**
 * What every step does first. Key 1 holds the name under which the data was begun; arguments 1 to 4 are the name that
 * the client knows, one to begin under, the time where it is not to be the server's, and the number of accounts whose
 * place in the window the client has found for that time, of which the first stands at argument 5. A step on data that
 * the client does not know, or at a time that is not the server's, is not taken: the answer is `lost` or `stale`.
 */
export const PROLOGUE = `
local FIELDS = { 'window', 'low', 'central', 'high', 'reserved', 'first', 'changes' }
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local epoch = redis.pcall('GET', KEYS[1])
if type(epoch) == 'table' then
  epoch = ARGV[1]
elseif not epoch then
  epoch = ARGV[2]
  redis.call('SET', KEYS[1], epoch)
end

local function answer(status, reply)
  return cjson.encode({ status, string.format('%.17g', now), epoch, reply })
end

if ARGV[1] ~= '' and ARGV[1] ~= epoch then return answer('lost', '') end

local places, width = tonumber(ARGV[4]), tonumber(ARGV[5])
for index = 0, places - 1 do
  local slot, length = tonumber(ARGV[7 + index * width]), tonumber(ARGV[8 + index * width])
  -- A millisecond is what rounding may make of a slot's beginning.
  if now < slot - 1 or now >= slot + length + 1 then return answer('stale', '') end
end
`;
