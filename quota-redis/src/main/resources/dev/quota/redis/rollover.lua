-- What rolls over of calendar limits, for operate.lua. The functions are created only if a limit of the command
-- or a stored record needs them, because Redis creates them again in each run.
if rolls then
  -- What a window leaves to the next one.
  local function unused(cap, units)
    return cap < math.huge and cap > units and cap - units or 0
  end

  -- What the limit's window has from the window before, without the share of the policy. If nothing was used
  -- in the window before, that is all of its capacity.
  local function carried(r, limit)
    local carry = r.carry
    if not carry or carry.from == 0 then return 0 end
    if r.till > 0 or carry.from >= limit.start then return carry.units end
    return carry.from >= limit.earlier and unused(limit.cap, 0) or 0
  end

  local function at_most_share(units, limit)
    return units < limit.share and units or limit.share
  end

  function rollover.rolled(r, limit)
    return at_most_share(carried(r, limit), limit)
  end

  -- What the next window will have from this one, if nothing more is used.
  function rollover.later(r, limit)
    if r.till > 0 then return at_most_share(unused(limit.cap, r.units), limit) end
    local known = r.carry and r.carry.from > 0 and r.carry.from >= limit.start
    return known and at_most_share(unused(limit.cap, 0), limit) or 0
  end

  -- Notes the policy under which the window will end.
  function rollover.adopt(state, r, limit)
    local cap = limit.share and limit.cap or -1
    if not r.carry then
      r.carry = {cap = cap, units = 0, from = 0, keep = 2 * limit.furthest}
      if r.till > 0 then state.changed = true end
    elseif r.carry.cap ~= cap then
      r.carry.cap, state.changed = cap, true
    end
  end

  -- Notes what a window has that begins.
  function rollover.begin(r, limit)
    if not limit.share then r.carry = nil
    elseif r.carry.from > 0 then r.carry.units, r.carry.from = carried(r, limit), real end
  end
end

