import { createHash } from "node:crypto";

import { ACCOUNT, PROLOGUE } from "./account-script.ts";

/**
 * Arguments of every script: those of the prologue (known epoch, epoch to begin, time or empty, number of accounts,
 * number of arguments of each), then from the sixth on those of each account, then the script's own. Keys: the epoch,
 * three per account, then the script's own.
 */
const FIRST = `
local function argumentOf(index) return 6 + (index - 1) * width end
local function opened(index) return open(2 + (index - 1) * 3, argumentOf(index)) end
local firstOwn, firstOwnKey = 6 + places * width, 2 + places * 3
`;

/** Own keys: the settlement of this request. Own arguments: its id, milliseconds for which the holds stand. Per account,
 *  after its place: bound, limit, amount, whether the budget refuses. */
const RESERVE = `
local id, expiresAt = ARGV[firstOwn], now + tonumber(ARGV[firstOwn + 1])
local late = redis.call('EXISTS', KEYS[firstOwnKey]) == 1
local admitted = true
local accounts = {}
for index = 1, places do
  local argument, account = argumentOf(index) + 5, opened(index)
  accounts[index] = account
  if not account.fault then
    account.amount = tonumber(ARGV[argument + 2])
    account.known = redis.call('HEXISTS', account.holds, id) == 1
    local taken = account[ARGV[argument]] + account.reserved + account.amount
    account.room = account.known or taken <= tonumber(ARGV[argument + 1]) * (1 + ROUNDING)
    if not account.room and ARGV[argument + 3] == '1' then admitted = false end
  end
end
local reply = { admitted and '1' or '0' }
for index, account in ipairs(accounts) do
  if admitted and not account.fault and not account.known and not late then
    reserve(account, id, account.amount, expiresAt)
  end
  local one = balance(account, '')
  if type(one) == 'table' then one[7] = account.room and '1' or '0' end
  reply[index + 1] = one
end
return answer('ok', reply)
`;

/** Takes a reservation back as if it had never been. Own arguments: the request's id. */
const CANCEL = `
local reply = {}
for index = 1, places do
  local account = opened(index)
  if not account.fault then release(account, ARGV[firstOwn]) end
  reply[index] = balance(account, '')
end
return answer('ok', reply)
`;

/** Own keys: the settlement of this request, then acknowledged settlements. Own arguments: the request's id,
 *  milliseconds for which the answer is kept. Per account, after its place: bound, limit, amount as a range or empty,
 *  thresholds. The reply is kept as text, with its time. */
const SETTLE = `
for index = firstOwnKey + 1, #KEYS do redis.call('DEL', KEYS[index]) end
local before = redis.pcall('GET', KEYS[firstOwnKey])
if type(before) == 'string' then return answer('ok', before) end
local id = ARGV[firstOwn]
local reply = {}
for index = 1, places do
  local argument, account = argumentOf(index) + 5, opened(index)
  local crossed = ''
  if not account.fault then
    release(account, id)
    if ARGV[argument + 2] ~= '' then
      spend(account, math.max(account.slot, account.window), parseRange(ARGV[argument + 2]))
      account.first = account.first or now
      crossed = cross(account, ARGV[argument], tonumber(ARGV[argument + 1]), ARGV[argument + 3])
    end
  end
  reply[index] = balance(account, crossed)
end
local settled = cjson.encode({ text(now), reply })
redis.call('SET', KEYS[firstOwnKey], settled, 'PX', ARGV[firstOwn + 1])
return answer('ok', settled)
`;

/** Own keys: the processes that share the store, by when they last looked. Own arguments: this process, or nothing where
 *  it only looks and an account that is not there is left so; milliseconds for which a process counts. Per account, after its place: the number of changes after which its slots are known. */
const READ = `
local replica, counts = ARGV[firstOwn], tonumber(ARGV[firstOwn + 1])
if replica ~= '' then
  redis.call('ZADD', KEYS[firstOwnKey], text(now), replica)
  redis.call('ZREMRANGEBYSCORE', KEYS[firstOwnKey], '-inf', text(now - counts))
end
local reply = { tostring(redis.call('ZCARD', KEYS[firstOwnKey])) }
for index = 1, places do
  local account = opened(index)
  if account.isNew and replica == '' then account.dirty = false end
  local one = balance(account, '')
  if type(one) == 'table' and ARGV[argumentOf(index) + 5] ~= one[6] then
    one[7] = account.first and text(account.first) or ''
    local fields = redis.call('HGETALL', account.hash)
    for field = 1, #fields, 2 do
      if string.sub(fields[field], 1, 2) == 's:' then
        one[#one + 1] = string.sub(fields[field], 3) .. ' ' .. fields[field + 1]
      end
    end
  end
  reply[index + 1] = one
end
return answer('ok', reply)
`;

/**
 * Takes up what a client last knew of accounts that the server has lost. Several clients may know different moments: of
 * each slot the largest of what they give counts, beside what was spent since; or, where the server went back to an
 * earlier moment, which cannot be told from what was spent since, the larger of that and of what is there. Own
 * arguments: whether it went back, milliseconds for which the holds stand, then the holds, as index of the account, id
 * and amount. Per account, after its place: bound, limit, thresholds, when first spent, slots as ranges parted by commas.
 */
const TAKE_UP = `
local accounts = {}
for index = 1, places do
  local argument, account = argumentOf(index) + 5, opened(index)
  accounts[index] = account
  if not account.fault then
    for slot, range in string.gmatch(ARGV[argument + 4], '(%S+) ([^,]+)') do
      if tonumber(slot) >= account.keepFrom then
        local low, central, high = parseRange(range)
        local taken = (ARGV[firstOwn] == '1' and 's:' or 'b:') .. slot
        local knownLow, knownCentral, knownHigh = parseRange(redis.call('HGET', account.hash, taken))
        low, central, high = math.max(0, low - knownLow), math.max(0, central - knownCentral), math.max(0, high - knownHigh)
        if low + central + high > 0 then
          if ARGV[firstOwn] ~= '1' then
            redis.call('HSET', account.hash, taken, rangeText(knownLow + low, knownCentral + central, knownHigh + high))
          end
          spend(account, tonumber(slot), low, central, high)
        end
      end
    end
    local first = tonumber(ARGV[argument + 3])
    if first then account.first = math.min(first, account.first or first) end
    cross(account, ARGV[argument], tonumber(ARGV[argument + 1]), ARGV[argument + 2])
  end
end
for index = firstOwn + 2, #ARGV, 3 do
  local account, id = accounts[tonumber(ARGV[index])], ARGV[index + 1]
  if not account.fault and redis.call('HEXISTS', account.holds, id) == 0 then
    reserve(account, id, tonumber(ARGV[index + 2]), now + tonumber(ARGV[firstOwn + 1]))
  end
end
local reply = {}
for index, account in ipairs(accounts) do reply[index] = balance(account, '') end
return answer('ok', reply)
`;

export interface Script {
  readonly source: string;
  /** By which Redis knows a script that it has seen. */
  readonly sha1: string;
}

const script = (body: string): Script => {
  const source = PROLOGUE + ACCOUNT + FIRST + body;
  return { source, sha1: createHash("sha1").update(source).digest("hex") };
};

export const RESERVE_SCRIPT = script(RESERVE);
export const CANCEL_SCRIPT = script(CANCEL);
export const SETTLE_SCRIPT = script(SETTLE);
export const READ_SCRIPT = script(READ);
export const TAKE_UP_SCRIPT = script(TAKE_UP);
