-- Sends the bodies of a file in turn and prints what came of it as one line of JSON.
-- wrk -s load.lua URL -- FILE CONTENT_TYPE, where FILE has each body after a line with its length in bytes.
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

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"statusErrors":%d,"socketErrors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
