-- Sends the bodies of a file in turn.
-- wrk -s load.lua URL -- FILE CONTENT_TYPE, where FILE has each body after a line with its length in bytes.
dofile(debug.getinfo(1, 'S').source:match('@(.*/)') .. '../report.lua')

local requests = {}
local last = 0

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  local headers = { ['content-type'] = args[2] }
  for length in function() return file:read('*l') end do
    requests[#requests + 1] = wrk.format('POST', wrk.path, headers, file:read(tonumber(length)))
  end
  file:close()
end

function request()
  last = last % #requests + 1
  return requests[last]
end
