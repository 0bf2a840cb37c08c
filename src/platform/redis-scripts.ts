/**
 * What must happen in one step on one Redis key, as Lua. Every script except `followLinks` touches KEYS[1] alone, so it runs on
 * a Cluster as well. Redis freezes its clock while a script runs, so an expiry cannot fall between two of its lines.
 */

/** ARGV: when ('', 'absent', 'present'), expiry in ms, number of set fields, their names and values, the removed names. Answers 1 or 0. */
export const WRITE = `
if ARGV[1] ~= '' then
  local isThere = redis.call('EXISTS', KEYS[1]) == 1
  if isThere ~= (ARGV[1] == 'present') then return 0 end
end
local last = 3 + 2 * ARGV[3]
if last > 3 then redis.call('HSET', KEYS[1], unpack(ARGV, 4, last)) end
if #ARGV > last then redis.call('HDEL', KEYS[1], unpack(ARGV, last + 1)) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** ARGV: field, value. Answers 'first', 'taken' or 'absent'; the expiry stays. */
export const CLAIM = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'absent' end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then return 'first' end
return 'taken'`;

/**
 * One node or Sentinel only: reads keys that it finds on its way. ARGV: for each path its length and its field names.
 * Answers the record, then a joined path and its record for each link that is alive; nothing when the record is absent.
 */
export const FOLLOW_LINKS = `
local function read(key)
  local flat = redis.call('HGETALL', key)
  local byName = {}
  for i = 1, #flat, 2 do byName[flat[i]] = flat[i + 1] end
  return flat, byName
end
local flat, root = read(KEYS[1])
if #flat == 0 then return {} end
local answer = { flat }
local seen = {}
local at = 1
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  local from, path = root, nil
  for i = at + 1, at + length do
    path = path and (path .. '>' .. ARGV[i]) or ARGV[i]
    local known = seen[path]
    if known == nil then
      local key = from[ARGV[i]]
      local record, byName = {}, nil
      if key then record, byName = read(key) end
      known = #record > 0 and byName or false
      seen[path] = known
      if known then
        answer[#answer + 1] = path
        answer[#answer + 1] = record
      end
    end
    if not known then break end
    from = known
  end
  at = at + length + 1
end
return answer`;

const SERVER_TIME = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** ARGV: member, expiry in ms. The server's clock counts, so that all instances agree. */
export const ADD_TO_INDEX = `${SERVER_TIME}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', newest[2]))`;

export const LIST_INDEX = `${SERVER_TIME}
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`;
