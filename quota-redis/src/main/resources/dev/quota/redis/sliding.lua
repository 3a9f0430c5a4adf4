-- Sliding limits, for operate.lua. A record has slots in the order of time: the moment at which each was
-- charged last, and its units. The functions are created only if a limit of the command needs them, because
-- Redis creates them again in each run.
if slides then
  local SLOTS_PER_RECORD, MOST_HELD = 16, 4

  local function number(r, moment)
    return (moment - moment % r.width) / r.width
  end

  -- Reads the slots of all records of a limit into one record.
  local function collect(state, id)
    local r = {kind = SLIDING, id = id, slots = {}, units = 0, part = 0, peak = 0}
    local list = {}
    for _, other in ipairs(state.list) do
      if other.kind == SLIDING and other.id == id then
        local at
        r.peak, at = unpack('<d', other.raw, 12)
        while at <= #other.raw do
          local slot = {}
          slot.at, slot.units, at = unpack('<I6d', other.raw, at)
          r.slots[#r.slots + 1] = slot
          r.units = r.units + slot.units
        end
      else
        list[#list + 1] = other
      end
    end
    list[#list + 1] = r
    state.list = list
    return r
  end

  -- Adds units at the record's time.
  local function put_in(r, units)
    local newest = r.slots[#r.slots]
    if not newest or number(r, newest.at) ~= number(r, r.now) then
      newest = {units = 0}
      r.slots[#r.slots + 1] = newest
    end
    newest.at, newest.units = r.now, newest.units + units
  end

  -- After a large step back of the clock: what was charged later counts as charged now.
  local function move_back(state, r)
    local moved = 0
    while r.slots[1] and r.slots[#r.slots].at > real do
      moved = moved + table.remove(r.slots).units
    end
    r.now, state.changed = real, true
    put_in(r, moved)
  end

  local function forget(r)
    local kept = {}
    for _, slot in ipairs(r.slots) do
      if slot.at + r.period > r.now then kept[#kept + 1] = slot else r.units = r.units - slot.units end
    end
    r.slots = kept
    if not kept[1] then r.peak = 0 end
  end

  local function slot_of(r, wanted)
    for place, slot in ipairs(r.slots) do
      if number(r, slot.at) == wanted then return slot, place end
    end
  end

  -- Returns units to the slot with a number, if it is still there.
  local function return_to(r, wanted, units)
    local slot, place = slot_of(r, wanted)
    if not slot then return end
    local back = units < slot.units and units or slot.units
    slot.units, r.units = slot.units - back, r.units - back
    if slot.units == 0 then table.remove(r.slots, place) end
  end

  local function parts_of(held, r)
    local mine, others = {}, {}
    for _, part in ipairs(held.parts) do
      local list = part.kind == 0 and part.id == r.id and mine or others
      list[#list + 1] = part
    end
    return mine, others
  end

  -- Finds the record of a limit, or makes an empty one, and advances it to now.
  function sliding.bring(state, limit)
    local r = find(state, SLIDING, limit.id)
    if not r or r.raw then r = collect(state, limit.id) end
    r.period, r.width, r.now = limit.period, limit.two, real
    local newest = r.slots[#r.slots]
    if newest and newest.at > real then
      if newest.at - real > 5000 then move_back(state, r) else r.now = newest.at end
    end
    forget(r)
    return r
  end

  -- Adds use to the newest slot. An operation remembers its first slot and the last three.
  function sliding.add(r, units, held)
    put_in(r, units < MOST - r.units and units or MOST - r.units)
    if not held then return end
    local mine, parts = parts_of(held, r)
    local current, live = number(r, r.now), {}
    for _, part in ipairs(mine) do
      if part.units > 0 and slot_of(r, part.ends) then live[#live + 1] = part end
    end
    local last = live[#live]
    if last and last.ends == current then last.units = last.units + units
    else live[#live + 1] = {kind = 0, id = r.id, ends = current, units = units} end
    if #live > MOST_HELD then table.remove(live, 2) end
    for _, part in ipairs(live) do parts[#parts + 1] = part end
    held.parts = parts
  end

  -- Returns units of an operation, those that it took last first.
  function sliding.give_back(r, units, held)
    local mine = parts_of(held, r)
    for p = #mine, 1, -1 do
      local part = mine[p]
      local back = units < part.units and units or part.units
      if back > 0 then return_to(r, part.ends, back) end
      part.units, units = part.units - back, units - back
    end
  end

  -- Returns units to the slot that is full again at "ends".
  function sliding.return_at(r, units, ends)
    return_to(r, number(r, ends - r.period), units)
  end

  -- The numbers of a reply. The fifth is when a cost fits, if it can fit and does not yet.
  function sliding.numbers(limit, cost)
    local r, fits = limit.record, 0
    local missing, freed = r.units - (limit.cap - cost), 0
    if missing > 0 and cost <= limit.cap then
      for _, slot in ipairs(r.slots) do
        freed = freed + slot.units
        if freed >= missing then
          fits = slot.at + r.period
          break
        end
      end
    end
    local newest = r.slots[#r.slots]
    return pack('<dddddd', r.units, newest and newest.at + r.period or 0, limit.before, r.peak, fits, 0)
  end

  -- The records' contents. The size of a record is one byte, so many slots need several records.
  function sliding.bodies(r)
    local bodies = {}
    for first = 1, #r.slots, SLOTS_PER_RECORD do
      local body = pack('<d', r.peak)
      for place = first, math.min(first + SLOTS_PER_RECORD - 1, #r.slots) do
        body = body .. pack('<I6d', r.slots[place].at, r.slots[place].units)
      end
      bodies[#bodies + 1] = body
    end
    return bodies
  end
end
