-- A Knative Service is healthy when Knative has seen what it is now, and says that it is ready. Argo CD's own check does
-- not ask whether it has seen it, and calls a new revision healthy for as long as the status is that of the last one.
local health = { status = "Progressing", message = "Knative has not seen it yet." }
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    if condition.status == "True" then
      return { status = "Healthy", message = status.latestReadyRevisionName .. " serves." }
    end
    health.message = condition.message or condition.reason or "Not ready."
    if condition.status == "False" then
      health.status = "Degraded"
    end
  end
end
return health
