-- Reads the configs PREFIX-1 to PREFIX-STORED in turn: wrk -s reads.lua URL -- PREFIX STORED
dofile(debug.getinfo(1, 'S').source:match('@(.*/)') .. '../report.lua')

local requests = {}
local last = 0

function init(args)
  for number = 1, tonumber(args[2]) do
    requests[number] = wrk.format('GET', '/configs/' .. args[1] .. '-' .. number)
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end
