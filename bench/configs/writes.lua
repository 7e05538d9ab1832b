-- Replaces a config and stores a new one, in turn: wrk -s writes.lua URL -- PREFIX STORED
-- The configs PREFIX-1 to PREFIX-STORED are there. So what is replaced was stored by STORED other requests before, and
-- was answered long ago. wrk asks for one request that it never sends: it is the first, which replaces.
dofile(debug.getinfo(1, 'S').source:match('@(.*/)') .. '../report.lua')

local headers = { ['content-type'] = 'application/json' }
local document = '{"name":"%s","metadata":{"limits":{"cpu":{"enabled":true,"value":"%dm"}},'
  .. '"monitoring":{"enabled":true},"team":"team-%d","serial":%d}}'
local prefix
local stored
local count = 0

function init(args)
  prefix = args[1] .. '-'
  stored = tonumber(args[2])
end

function request()
  count = count + 1
  local number = math.floor((count + 1) / 2)
  local serial = count
  if count % 2 == 0 then number = number + stored end
  local name = prefix .. number
  local body = document:format(name, serial % 40 * 50, number % 1000, serial)
  if count % 2 == 0 then return wrk.format('POST', '/configs', headers, body) end
  return wrk.format('PUT', '/configs/' .. name, headers, body)
end
