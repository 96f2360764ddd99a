import { createHash } from "node:crypto";

/**
 * What the Redis store does atomically: the functions of `holdings.ts`, step by step, in Lua.
 *
 * An account is three keys: a hash (`window`, `low`, `central`, `high`, `reserved`, `first`, a field `s:<slot>` per slot
 * and `r:<threshold>` per reported threshold), the amounts of its reservations by request, and their expiries. Numbers
 * travel as text with 17 digits, because Lua and its JSON would keep 14. All keys are passed and share one hash tag.
 */
const ACCOUNT = `
local ROUNDING = 1e-9

local function text(value) return string.format('%.17g', value) end

local function number(account, field) return tonumber(redis.call('HGET', account.hash, field) or '0') end

local function rangeText(low, central, high) return text(low) .. ' ' .. text(central) .. ' ' .. text(high) end

local function parseRange(range)
  local low, central, high = string.match(range, '(%S+) (%S+) (%S+)')
  return tonumber(low), tonumber(central), tonumber(high)
end

local function usedText(account)
  return rangeText(number(account, 'low'), number(account, 'central'), number(account, 'high'))
end

local function release(account, id)
  local amount = redis.call('HGET', account.holds, id)
  if not amount then return end
  redis.call('HDEL', account.holds, id)
  redis.call('ZREM', account.expiries, id)
  local reserved = 0
  if redis.call('HLEN', account.holds) > 0 then
    reserved = math.max(0, number(account, 'reserved') - tonumber(amount))
  end
  redis.call('HSET', account.hash, 'reserved', text(reserved))
end

local function advance(account)
  local stored = redis.call('HGET', account.hash, 'window')
  if not stored then
    redis.call('HSET', account.hash, 'window', text(account.windowStart))
    return
  end
  stored = tonumber(stored)
  if account.windowStart <= stored then
    account.windowStart = stored
    return
  end
  account.ended = text(stored) .. ' ' .. usedText(account)
  local low, central, high = 0, 0, 0
  local fields = redis.call('HGETALL', account.hash)
  for index = 1, #fields, 2 do
    if string.sub(fields[index], 1, 2) == 's:' then
      local slot = tonumber(string.sub(fields[index], 3))
      if slot < account.keepFrom then
        redis.call('HDEL', account.hash, fields[index])
      elseif slot >= account.windowStart then
        local slotLow, slotCentral, slotHigh = parseRange(fields[index + 1])
        low, central, high = low + slotLow, central + slotCentral, high + slotHigh
      end
    end
  end
  redis.call('HSET', account.hash, 'window', text(account.windowStart),
    'low', text(low), 'central', text(central), 'high', text(high))
end

-- Arguments of an account: windowStart, slot, keepFrom, now, milliseconds for which it is kept untouched.
local function open(firstKey, firstArgument)
  local account = {
    hash = KEYS[firstKey], holds = KEYS[firstKey + 1], expiries = KEYS[firstKey + 2],
    windowStart = tonumber(ARGV[firstArgument]), slot = tonumber(ARGV[firstArgument + 1]),
    keepFrom = tonumber(ARGV[firstArgument + 2]), keepMilliseconds = ARGV[firstArgument + 4], ended = '',
  }
  advance(account)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', account.expiries, '-inf', ARGV[firstArgument + 3])) do
    release(account, id)
  end
  return account
end

local function balance(account, crossed)
  for _, key in ipairs({ account.hash, account.holds, account.expiries }) do
    redis.call('PEXPIRE', key, account.keepMilliseconds)
  end
  return { text(account.windowStart), usedText(account), text(number(account, 'reserved')), account.ended, crossed }
end
`;

/** Keys: the settlement of this request, then three per account. Arguments: request id, when the holds expire; per
 *  account those of `open`, then bound, limit, amount and whether the budget refuses. */
const RESERVE = `
local id, expiresAt = ARGV[1], ARGV[2]
local late = redis.call('EXISTS', KEYS[1]) == 1
local admitted = true
local opened = {}
for index = 1, (#KEYS - 1) / 3 do
  local argument = 3 + (index - 1) * 9
  local account = open(2 + (index - 1) * 3, argument)
  account.amount = tonumber(ARGV[argument + 7])
  account.known = redis.call('HEXISTS', account.holds, id) == 1
  local taken = number(account, ARGV[argument + 5]) + number(account, 'reserved') + account.amount
  account.room = account.known or taken <= tonumber(ARGV[argument + 6]) * (1 + ROUNDING)
  if not account.room and ARGV[argument + 8] == '1' then admitted = false end
  opened[index] = account
end
local reply = { admitted and '1' or '0' }
for index, account in ipairs(opened) do
  if admitted and not account.known and not late then
    redis.call('HSET', account.holds, id, text(account.amount))
    redis.call('ZADD', account.expiries, expiresAt, id)
    redis.call('HSET', account.hash, 'reserved', text(number(account, 'reserved') + account.amount))
  end
  local answer = balance(account, '')
  answer[6] = account.room and '1' or '0'
  reply[index + 1] = answer
end
return cjson.encode(reply)
`;

/** Keys: the settlement of this request, three per account, then acknowledged settlements. Arguments: request id,
 *  milliseconds for which the answer is kept, number of accounts; per account those of `open`, then bound, limit,
 *  amount as a range or empty, thresholds. */
const SETTLE = `
local id, accounts = ARGV[1], tonumber(ARGV[3])
for index = 2 + accounts * 3, #KEYS do redis.call('DEL', KEYS[index]) end
local before = redis.call('GET', KEYS[1])
if before then return before end
local reply = {}
for index = 1, accounts do
  local argument = 4 + (index - 1) * 9
  local account = open(2 + (index - 1) * 3, argument)
  local bound, limit, amount = ARGV[argument + 5], tonumber(ARGV[argument + 6]), ARGV[argument + 7]
  release(account, id)
  local crossed = {}
  if amount ~= '' then
    local low, central, high = parseRange(amount)
    local field = 's:' .. text(math.max(account.slot, account.windowStart))
    local slotLow, slotCentral, slotHigh = parseRange(redis.call('HGET', account.hash, field) or '0 0 0')
    redis.call('HSET', account.hash, field, rangeText(slotLow + low, slotCentral + central, slotHigh + high),
      'low', text(number(account, 'low') + low), 'central', text(number(account, 'central') + central),
      'high', text(number(account, 'high') + high))
    redis.call('HSETNX', account.hash, 'first', ARGV[argument + 3])
    local ratio = number(account, bound) / limit
    for threshold in string.gmatch(ARGV[argument + 8], '%S+') do
      local reported = tonumber(redis.call('HGET', account.hash, 'r:' .. threshold) or '-inf')
      if ratio >= tonumber(threshold) * (1 - ROUNDING) and reported < account.windowStart then
        redis.call('HSET', account.hash, 'r:' .. threshold, text(math.max(account.slot, account.windowStart)))
        crossed[#crossed + 1] = threshold
      end
    end
  end
  reply[index] = balance(account, table.concat(crossed, ' '))
end
local answer = cjson.encode(reply)
redis.call('SET', KEYS[1], answer, 'PX', ARGV[2])
return answer
`;

/** Keys: three per account. Arguments: per account those of `open`. */
const READ = `
local reply = { '' }
for index = 1, #KEYS / 3 do
  local account = open(1 + (index - 1) * 3, 1 + (index - 1) * 5)
  local answer = balance(account, '')
  answer[6] = redis.call('HGET', account.hash, 'first') or ''
  local fields = redis.call('HGETALL', account.hash)
  for field = 1, #fields, 2 do
    if string.sub(fields[field], 1, 2) == 's:' then
      answer[#answer + 1] = string.sub(fields[field], 3) .. ' ' .. fields[field + 1]
    end
  end
  reply[index + 1] = answer
end
return cjson.encode(reply)
`;

export interface Script {
  readonly source: string;
  /** By which Redis knows a script that it has seen. */
  readonly sha1: string;
}

const script = (body: string): Script => {
  const source = ACCOUNT + body;
  return { source, sha1: createHash("sha1").update(source).digest("hex") };
};

export const RESERVE_SCRIPT = script(RESERVE);
export const SETTLE_SCRIPT = script(SETTLE);
export const READ_SCRIPT = script(READ);
