-- Everything but plain takes and peeks of counts that nothing special is kept with: operations,
-- reservations, places, grants, giving back and charging more, and forgetting a key. It loops over
-- whatever is stored. OperateCall packs the argument, OperateReply reads the reply. What precedes
-- this text sets "real" to the time in milliseconds.
--
-- A count's value is a list of records. Beside rolling (0) and calendar (1) limits there are what
-- the open reservations of the key hold together (2), the grants of a calendar limit (3) and the
-- places of a limit on how many at once (4). What a single operation took has a key of its own.
--
-- All reads, and all that could fail, come before the first write: Redis does not undo what a
-- script did before it failed.
local call, sub, byte, char = redis.call, string.sub, string.byte, string.char
local pack, unpack, floor, ceil = struct.pack, struct.unpack, math.floor, math.ceil
local MOST, FAR = 9007199254740991, 281474976710655
local TAKE, PEEK, SETTLE, ADJUST, GRANT, RESET = 0, 1, 2, 3, 4, 5
local EXCEED = 2

local args = ARGV[1]
local from, till, verb, remembered, at = unpack('<ddBB', args)
if real < from or real >= till then return pack('<Bd', 1, real) end

local operation
if remembered == 1 then
  operation = {}
  operation.reserves, operation.keep, operation.last, operation.place, at = unpack('<BdBc8', args, at)
end

local function gcd(a, b)
  while b > 0 do a, b = b, a % b end
  return a
end

-- Takes some parts off a rolling record, of which a unit has that many.
local function less(r, units, part, parts)
  r.units, r.part = r.units - units, r.part - part
  if r.part < 0 then r.units, r.part = r.units - 1, r.part + parts end
  if r.units < 0 then r.units, r.part = 0, 0 end
end

-- What drains in a time: whole units, and parts. No product leaves the integers.
local function drained(past, parts, drain)
  local rest = past % parts
  local units = (past - rest) / parts * drain
  rest = rest * drain
  local part = rest % parts
  return units + (rest - part) / parts, part
end

-- How long units take to drain, rounded down or up.
local function draining(units, parts, drain, up)
  local rest = units % drain
  local millis = (units - rest) / drain * parts
  rest = rest * parts / drain
  millis = millis + (up and ceil(rest) or floor(rest))
  return millis < MOST and millis or MOST
end

local function nothing(key)
  return {key = key, found = false, left = 0, list = {}, pockets = {}, places = {}, time = real,
    ops = {life = 0, old = 0, oldend = 0, young = 0, youngend = 0, turn = 0, till = 0}}
end

-- Reads a value into records. Returns nil if a later version wrote it.
local function read(key)
  local state = nothing(key)
  local value = call('GET', key)
  if not value then return state end
  local head = byte(value) or 0
  if head < 16 or head > 31 then return nil end
  state.found = true
  -- Whatever is in it matters no longer than that: every write adds a minute of grace.
  state.left = call('PTTL', key) - 60000
  if state.left < 0 then state.left = 0 end
  local count, at, stamp, seen = head - 16, 2, real, 0
  if count > 0 then stamp, at = unpack('<I6', value, 2 + 3 * count) end
  while (count > 0 and seen < count) or (count == 0 and at <= #value) do
    local r, start = {stamp = stamp, part = 0}, at
    if count > 0 then
      r.id = unpack('<I3', value, 2 + 3 * seen)
      if r.id < 8388608 then
        r.kind, r.till = 0, real + state.left
        r.units, r.part, r.was, r.peak, at = unpack('<dI5dd', value, at)
      else
        r.kind = 1
        r.units, r.till, at = unpack('<dI6', value, at)
        r.peak = r.units
      end
    else
      local size
      size, r.kind, r.id, r.till = unpack('<BBI3I6', value, at)
      -- Not ours: this loop would not come to an end.
      if size < 11 then return nil end
      local body = at + 11
      at = at + size
      if r.kind == 0 then
        r.stamp, r.units, r.part, r.was, r.peak = unpack('<I6dI5dd', value, body)
      elseif r.kind == 1 then
        r.units, r.peak = unpack('<dd', value, body)
      elseif r.kind == 2 then
        if r.till > real then
          local ops = state.ops
          ops.till = r.till
          ops.life, ops.old, ops.oldend, ops.young, ops.youngend, ops.turn = unpack('<ddI6dI6d', value, body)
        end
      elseif r.kind == 3 then
        local pockets = state.pockets[r.id] or {}
        pockets.cap, pockets.spent, body = unpack('<dd', value, body)
        while body < at do
          local pocket = {}
          pocket.units, pocket.till, body = unpack('<dd', value, body)
          pockets[#pockets + 1] = pocket
        end
        state.pockets[r.id] = pockets
      elseif r.kind == 4 then
        local places = state.places[r.id] or {}
        while body < at do
          local place = {}
          place.of, place.till, body = unpack('<c8I6', value, body)
          if place.till > real then places[#places + 1] = place end
        end
        state.places[r.id] = places[1] and places or nil
      else
        r.raw = sub(value, start, at - 1)
      end
    end
    seen = seen + 1
    if r.kind < 2 or r.raw then state.list[#state.list + 1] = r end
  end
  return state
end

-- What died without being settled falls with the sum it is in.
local function turn(ops)
  if real >= ops.oldend or ops.old == 0 then
    ops.old, ops.oldend, ops.young, ops.youngend = ops.young, ops.youngend, 0, 0
    ops.turn = ops.turn + 1
  end
  if real >= ops.oldend then ops.old, ops.oldend = 0, 0 end
  if real >= ops.youngend then ops.young, ops.youngend = 0, 0 end
end

local function find(state, kind, id)
  for _, r in ipairs(state.list) do
    if r.kind == kind and r.id == id then return r end
  end
end

-- Pockets: how much of a calendar limit's use is beyond its capacity, and who paid for it.
local function over(r, cap)
  return r.units > cap and r.units - cap or 0
end

local function pays(pocket, owed)
  if owed <= 0 then return 0 end
  return pocket.units < owed and pocket.units or owed
end

local function expire(pockets, r)
  while pockets[1] and pockets[1].till <= real do
    local pocket = table.remove(pockets, 1)
    pockets.spent = pockets.spent + pays(pocket, over(r, pockets.cap) - pockets.spent)
  end
end

local function begin_anew(pockets, r)
  local owed = over(r, pockets.cap) - pockets.spent
  pockets.spent = 0
  local kept = {cap = pockets.cap, spent = 0}
  for _, pocket in ipairs(pockets) do
    local paid = pays(pocket, owed)
    owed = owed - paid
    if pocket.units > paid then kept[#kept + 1] = {units = pocket.units - paid, till = pocket.till} end
  end
  return kept
end

local function granted(pockets, r)
  local sum = 0
  for _, pocket in ipairs(pockets) do sum = sum + pocket.units end
  local late = over(r, pockets.cap)
  return sum + (pockets.spent < late and pockets.spent or late)
end

local function left_at(pockets, r, ends)
  local sum, owed = 0, over(r, pockets.cap) - pockets.spent
  for _, pocket in ipairs(pockets) do
    local paid = pays(pocket, owed)
    owed = owed - paid
    if pocket.till > ends then sum = sum + pocket.units - paid end
  end
  return sum
end

local function less_spent(pockets, r)
  local late = over(r, pockets.cap)
  if pockets.spent > late then pockets.spent = late end
end

-- Brings a rolling record to the key's time, at its own rate.
local function drain(r, time, period)
  local step = gcd(r.was, period)
  r.parts, r.drain = period / step, r.was / step
  if time > r.stamp then
    local units, part = drained(time - r.stamp, r.parts, r.drain)
    less(r, units, part, r.parts)
  end
  r.stamp = time
  if r.units == 0 and r.part == 0 then r.peak = 0 end
end

-- Counts the same use under another capacity, in parts of its size, rounded up.
local function recast(state, r, cap, period)
  if r.was == cap then return end
  if r.units > 0 or r.part > 0 then state.changed = true end
  local step = gcd(cap, period)
  local parts = period / step
  local old, new = gcd(r.was, period), step
  local a = gcd(old, new)
  r.part = ceil(r.part * (old / a) / (new / a))
  if r.part == parts then r.units, r.part = r.units + 1, 0 end
  r.was, r.parts, r.drain = cap, parts, cap / step
end

-- Brings a calendar record to the time, under the capacity that its grants were paid beside.
local function roll(state, r, limit)
  local pockets = state.pockets[r.id]
  if pockets then expire(pockets, r) end
  if r.till > 0 then
    if real >= r.till then
      if pockets then state.pockets[r.id] = begin_anew(pockets, r) end
      r.units, r.peak, r.till = 0, 0, 0
    elseif limit and r.till - real > limit.furthest then
      -- A wrong clock began this window.
      r.till, state.changed = limit.next, true
    end
  end
  pockets = state.pockets[r.id]
  if pockets and not pockets[1] and pockets.spent == 0 then
    state.pockets[r.id] = nil
  end
end

-- Finds the record of a limit, or makes one that nothing is counted in, and brings it to now.
local function bring(state, limit)
  if limit.kind == 2 then
    limit.places = state.places[limit.id] or {}
    return
  end
  local r = find(state, limit.kind, limit.id)
  if not r then
    r = {kind = limit.kind, id = limit.id, stamp = state.time, units = 0, part = 0, was = limit.cap,
      peak = 0, till = 0, new = true}
    state.list[#state.list + 1] = r
  end
  limit.record = r
  if limit.kind == 0 then
    drain(r, state.time, limit.period)
    recast(state, r, limit.cap, limit.period)
  else
    roll(state, r, limit)
    local pockets = state.pockets[r.id]
    if pockets and pockets.cap ~= limit.cap then
      pockets.cap, state.changed = limit.cap, true
    end
  end
end

local function used(r)
  return r.part > 0 and r.units + 1 or r.units
end

-- The room of a limit that is brought to now, with a grace beyond its capacity.
local function room(state, limit, grace)
  if limit.kind == 2 then
    if grace then return math.huge end
    return #limit.places < limit.cap and math.huge or 0
  end
  local r, pockets = limit.record, state.pockets[limit.id]
  local free = limit.cap - used(r) + (grace or 0)
  if limit.kind == 1 and pockets then free = free + granted(pockets, r) end
  return free > 0 and free or 0
end

local function room_of(line, grace)
  local least = line.closed == 1 and 0 or math.huge
  for _, limit in ipairs(line.limits) do
    local free = room(line.state, limit, grace)
    if free < least then least = free end
  end
  return least
end

local function part_of(held, limit)
  for _, part in ipairs(held.parts) do
    if part.kind == limit.kind and part.id == limit.id then return part end
  end
  local part = {kind = limit.kind, id = limit.id, ends = 0, units = 0}
  held.parts[#held.parts + 1] = part
  return part
end

-- Adds use to a limit, and notes in an operation's part where it was taken from.
local function add(state, limit, units, held)
  if limit.kind == 2 or units == 0 then return end
  local r = limit.record
  local part = held and part_of(held, limit)
  state.changed = true
  if limit.kind == 0 then
    if part then
      if r.units == 0 and r.part == 0 then part.ends = 0 end
      local begins = part.ends > real and part.ends or real
      part.ends = begins + draining(units, r.parts, r.drain, false)
      if part.ends > MOST then part.ends = MOST end
    end
  else
    if r.till == 0 then r.till = limit.next end
    local pockets = state.pockets[r.id]
    if pockets then less_spent(pockets, r) end
    if part then
      if part.ends ~= r.till then part.ends, part.units = r.till, 0 end
      part.units = part.units + units
    end
  end
  r.units = r.units + units
  if r.units > MOST then r.units = MOST end
  local now = used(r)
  if now > r.peak then r.peak = now end
end

-- Takes use off a limit: only what has not drained and not ended can come back.
local function return_rolling(r, time, units, cap, ends)
  if cap < r.was or ends <= time then return end
  local whole, part = drained(ends - time, r.parts, r.drain)
  if whole >= units then whole, part = units, 0 end
  less(r, whole, part, r.parts)
end

local function return_calendar(state, r, units, ends)
  if r.till == 0 or r.till ~= ends then return end
  r.units = r.units > units and r.units - units or 0
  local pockets = state.pockets[r.id]
  if pockets then less_spent(pockets, r) end
end

-- The command.
local lines, count = {}, 0
count, at = unpack('<B', args, at)
local states = {}
for i = 1, #KEYS do states[i] = false end
for i = 1, count do
  local line, limits = {limits = {}}, 0
  line.key, line.quota, line.cost, line.least, line.nextcost, line.short, line.closed, limits, at =
    unpack('<BBdddBBB', args, at)
  for l = 1, limits do
    local limit = {}
    limit.kind, limit.id, limit.cap, limit.one, limit.two, limit.ends, at = unpack('<BI3dddd', args, at)
    limit.period, limit.next, limit.furthest, limit.lease = limit.one, limit.one, limit.two, limit.one
    line.limits[l] = limit
  end
  if not states[line.key] then
    local state = read(KEYS[line.key])
    if not state then
      if verb ~= RESET then return pack('<Bd', 2, real) end
      -- Whatever it was is to be forgotten.
      state = nothing(KEYS[line.key])
      state.found = true
    end
    turn(state.ops)
    for _, r in ipairs(state.list) do
      if r.kind == 0 and r.stamp > state.time then
        if r.stamp - real <= 5000 then state.time = r.stamp else r.stamp, state.changed = real, true end
      end
    end
    states[line.key] = state
  end
  line.state = states[line.key]
  lines[i] = line
end

-- What operations took: the keys behind those of the counts, in their order.
local function held_of(line)
  local value = call('GET', KEYS[#KEYS / 2 + line.key])
  if not value then return nil end
  local held, parts, at = {parts = {}}, 0, 0
  held.life, held.till, held.reserves, held.settled, held.taken, held.units, held.turn, parts, at =
    unpack('<ddBBdddB', value)
  if held.till <= real or held.life ~= line.state.ops.life then return nil end
  for p = 1, parts do
    local part = {}
    part.kind, part.id, part.ends, part.units, at = unpack('<BI3dd', value, at)
    held.parts[p] = part
  end
  return held
end

local function remember(line, held)
  line.save = held
  local ops = line.state.ops
  if held.till > ops.till then ops.till = held.till < FAR and held.till or FAR end
  line.state.changed = true
end

local function reserve(line, held)
  held.till = real + operation.keep
  held.life = line.state.ops.life
  local ops = line.state.ops
  if held.reserves == 1 then
    ops.young = ops.young + held.units
    if held.till > ops.youngend then ops.youngend = held.till < FAR and held.till or FAR end
    held.turn = ops.turn
  end
  remember(line, held)
end

local function release(line, held)
  if held.reserves == 0 then return end
  local ops = line.state.ops
  local sum = held.turn == ops.turn and "young" or "old"
  -- Somebody may have deleted the count, and with it the sum.
  ops[sum] = ops[sum] > held.units and ops[sum] - held.units or 0
end

local function leave(line)
  for id, places in pairs(line.state.places) do
    local kept = {}
    for _, place in ipairs(places) do
      if place.of ~= operation.place then kept[#kept + 1] = place end
    end
    line.state.places[id] = kept[1] and kept or nil
  end
end

-- Takes a place for the length of the lease, or keeps the one that is held for so long.
local function enter(line)
  for _, limit in ipairs(line.limits) do
    if limit.kind == 2 then
      local places, mine = line.state.places[limit.id] or {}, nil
      for _, place in ipairs(places) do
        if place.of == operation.place then mine = place end
      end
      if not mine then
        mine = {of = operation.place}
        places[#places + 1] = mine
      end
      mine.till = real + limit.lease
      line.state.places[limit.id] = places
    end
  end
end

local outcome = 0

local function peaks(line)
  for _, limit in ipairs(line.limits) do limit.before = limit.record and limit.record.peak or 0 end
end

local function take()
  local fits, known = true, false
  for _, line in ipairs(lines) do
    for _, limit in ipairs(line.limits) do bring(line.state, limit) end
    line.room = room_of(line)
    line.held = operation and held_of(line)
    known = known or line.held
    line.amount = 0
  end
  for _, line in ipairs(lines) do peaks(line) end
  if known then
    outcome = 1
    for _, line in ipairs(lines) do line.amount = line.held and line.held.taken or 0 end
    return
  end
  if verb == PEEK then return end
  for _, line in ipairs(lines) do
    local amount = line.cost
    for _, other in ipairs(lines) do
      if other.quota == line.quota and other.room < amount then amount = other.room end
    end
    if line.short == EXCEED then line.amount = line.cost
    elseif amount >= line.least then line.amount = amount
    else
      line.amount = 0
      if line.short == 0 then fits = false end
    end
  end
  if not fits then
    outcome = 2
    for _, line in ipairs(lines) do line.amount = 0 end
    return
  end
  for _, line in ipairs(lines) do
    if line.amount > 0 then
      local held
      if operation then
        held = {reserves = operation.reserves, settled = 0, taken = line.amount, units = line.amount,
          turn = 0, parts = {}}
        reserve(line, held)
        enter(line)
      end
      for _, limit in ipairs(line.limits) do add(line.state, limit, line.amount, held) end
    end
  end
end

local function give_back(line, units)
  for l, limit in ipairs(line.limits) do
    if limit.kind < 2 then
      local r = find(line.state, limit.kind, limit.id)
      local part = part_of(line.held, limit)
      if not r then
        part.ends, part.units = 0, 0
      elseif limit.kind == 0 then
        drain(r, line.state.time, limit.period)
        if r.units == 0 and r.part == 0 then
          part.ends = 0
        else
          return_rolling(r, line.state.time, units, limit.cap, part.ends)
          local step = gcd(limit.cap, limit.period)
          local spent = draining(units, limit.period / step, limit.cap / step, true)
          part.ends = part.ends > spent and part.ends - spent or 0
        end
      else
        roll(line.state, r, limit)
        local back = part.units < units and part.units or units
        return_calendar(line.state, r, back, part.ends)
        part.units = part.units - back
      end
    end
  end
end

local function settle()
  outcome = 3
  for _, line in ipairs(lines) do
    local held = held_of(line)
    line.amount, line.gone = 0, 1
    if held and held.settled == 0 then
      line.held, line.gone = held, 0
      -- A renewal has no total of its own.
      line.total = line.cost >= 0 and line.cost or held.units
      outcome = 0
      if held.units > line.total then give_back(line, held.units - line.total) end
    end
  end
  for _, line in ipairs(lines) do
    if line.held then
      for _, limit in ipairs(line.limits) do bring(line.state, limit) end
      line.bounded = line.least >= 0 and line.total > line.held.units
      if line.bounded then
        line.most = line.held.units + room_of(line, line.least)
        if line.most > line.total then line.most = line.total end
      end
    end
  end
  for _, line in ipairs(lines) do
    if line.bounded then
      local total = line.total
      for _, other in ipairs(lines) do
        if other.bounded and other.quota == line.quota and other.most < total then total = other.most end
      end
      line.fitting = total > line.held.units and total or line.held.units
    end
  end
  for _, line in ipairs(lines) do
    local held = line.held
    if held then
      local total = line.fitting or line.total
      local more = total > held.units and total - held.units or 0
      peaks(line)
      release(line, held)
      held.units = total
      line.state.changed = true
      if operation.last == 1 then
        held.settled = 1
        leave(line)
        if held.reserves == 1 or total == 0 then line.forget = true else remember(line, held) end
      else
        reserve(line, held)
        enter(line)
      end
      for _, limit in ipairs(line.limits) do add(line.state, limit, more, held) end
      line.amount = total
    end
  end
end

-- Changes by a difference what no operation remembers.
local function adjust()
  for _, line in ipairs(lines) do
    local state, units = line.state, line.cost
    line.amount = 0
    for _, limit in ipairs(line.limits) do
      local r = find(state, limit.kind, limit.id)
      if units > 0 and limit.kind < 2 then
        local unused = not r
        if r then
          if limit.kind == 0 then
            drain(r, state.time, limit.period)
            unused = r.units == 0 and r.part == 0
          else
            roll(state, r, limit)
            unused = r.till == 0
          end
        end
        -- What counts already goes on under its own capacity.
        if unused then bring(state, limit) else limit.record = r end
        add(state, limit, units)
      elseif units < 0 and r then
        state.changed = true
        if limit.kind == 0 then
          drain(r, state.time, limit.period)
          return_rolling(r, state.time, -units, limit.cap, limit.ends)
        else
          roll(state, r, limit)
          return_calendar(state, r, -units, limit.ends)
        end
      end
    end
  end
end

local function grant()
  local line = lines[1]
  local limit, state = line.limits[1], line.state
  local expires = line.least
  bring(state, limit)
  peaks(line)
  line.amount = 0
  local known = call('GET', KEYS[2])
  known = known and unpack('<d', known) > real
  if expires <= real or known then return end
  local pockets = state.pockets[limit.id] or {cap = limit.cap, spent = 0}
  local sum, same, place = 0, nil, 1
  for p, pocket in ipairs(pockets) do
    sum = sum + pocket.units
    if pocket.till == expires then same = pocket end
    if pocket.till < expires then place = p + 1 end
  end
  if line.cost > MOST - sum or (not same and #pockets >= 16) then
    outcome = 2
    return
  end
  if same then same.units = same.units + line.cost
  else table.insert(pockets, place, {units = line.cost, till = expires}) end
  state.pockets[limit.id], state.changed = pockets, true
  line.granted = real + operation.keep
end

local function reset()
  local line = lines[1]
  local state = line.state
  line.amount = 0
  local kept = {}
  for id, pockets in pairs(state.pockets) do
    local r = find(state, 1, id) or {units = 0, till = 0, id = id}
    roll(state, r)
    local left = state.pockets[id] and begin_anew(state.pockets[id], r)
    if left and left[1] then kept[id] = left end
  end
  local ops = state.ops
  state.list, state.pockets, state.places, state.left = {}, kept, {}, 0
  state.ops = {life = ops.life + 1, old = 0, oldend = 0, young = 0, youngend = 0, turn = ops.turn, till = ops.till}
  state.changed = state.found
end

if verb == TAKE or verb == PEEK then take()
elseif verb == SETTLE then settle()
elseif verb == ADJUST then adjust()
elseif verb == GRANT then grant()
else reset() end

-- The reply, before the writes.
local extended = 0
for _, state in pairs(states) do
  if state and (state.ops.till > real or next(state.pockets) or next(state.places)) then extended = 1 end
end
local reply = {pack('<BdBB', 0, real, outcome, extended)}
for _, line in ipairs(lines) do
  local state = line.state
  reply[#reply + 1] = pack('<dBdd', line.amount, line.gone or 0, state.time, state.ops.young + state.ops.old)
  if line.gone ~= 1 and verb ~= ADJUST then
    for _, limit in ipairs(line.limits) do
      local r = limit.record
      if limit.kind == 2 then
        reply[#reply + 1] = pack('<dddddd', #(state.places[limit.id] or {}), 0, 0, 0, 0, 0)
      elseif limit.kind == 0 then
        reply[#reply + 1] = pack('<dddddd', r.units, r.part, limit.before, r.peak, 0, 0)
      else
        local pockets, ends = state.pockets[limit.id], r.till > 0 and r.till or limit.next
        reply[#reply + 1] = pack('<dddddd', r.units, ends, limit.before, r.peak,
          pockets and granted(pockets, r) or 0, pockets and left_at(pockets, r, ends) or 0)
      end
    end
  end
end

local function record(size, kind, id, ends)
  return pack('<BBI3I6', size, kind, id, ends < FAR and ends or FAR)
end

local function seconds(ends)
  local ttl = (ends - real) / 1000 + 61
  ttl = ttl - ttl % 1
  return ttl < 3155760000 and ttl or 3155760000
end

local function write(state)
  local out, ends = {}, real
  local packed, plain = true, {}
  local function keep(moment)
    if moment > ends then ends = moment end
  end
  for _, r in ipairs(state.list) do
    -- A window that has ended is dropped, and what it owed must be paid by its grants before.
    if r.kind == 1 and r.till > 0 then roll(state, r) end
    if r.raw then
      if r.till > real then
        packed = false
        out[#out + 1] = r.raw
        keep(r.till)
      end
    elseif r.kind == 0 then
      if r.units > 0 or r.part > 0 then
        if r.parts then
          r.till = state.time + (r.units + 1) * r.parts / r.drain
          r.till = r.till < FAR and r.till - r.till % 1 + 1 or FAR
        end
        if r.stamp ~= state.time then packed = false end
        out[#out + 1] = record(46, 0, r.id, r.till) .. pack('<I6dI5dd', r.stamp, r.units, r.part, r.was, r.peak)
        plain[#plain + 1] = r
        keep(r.till)
      end
    elseif r.till > real then
      if r.peak ~= r.units then packed = false end
      out[#out + 1] = record(27, 1, r.id, r.till) .. pack('<dd', r.units, r.peak)
      plain[#plain + 1] = r
      keep(r.till)
    end
  end
  local ops = state.ops
  if ops.till > real then
    packed = false
    keep(ops.till)
    out[#out + 1] = record(55, 2, 0, ops.till)
      .. pack('<ddI6dI6d', ops.life, ops.old, ops.oldend, ops.young, ops.youngend, ops.turn)
  end
  for id, pockets in pairs(state.pockets) do
    local last = #pockets > 0 and pockets[#pockets].till or real
    -- What expired pockets paid matters until the window ends.
    local r = find(state, 1, id)
    if r and r.till > last then last = r.till end
    if last > real then
      packed = false
      keep(last)
      -- A record has a size of one byte.
      for first = 1, math.max(1, #pockets), 14 do
        local body = pack('<dd', pockets.cap, pockets.spent)
        for p = first, math.min(first + 13, #pockets) do
          body = body .. pack('<dd', pockets[p].units, pockets[p].till)
        end
        out[#out + 1] = record(11 + #body, 3, id, last) .. body
      end
    end
  end
  for id, places in pairs(state.places) do
    for first = 1, #places, 17 do
      local body, last = '', real
      for p = first, math.min(first + 16, #places) do
        body = body .. pack('<c8I6', places[p].of, places[p].till)
        if places[p].till > last then last = places[p].till end
      end
      packed = false
      keep(last)
      out[#out + 1] = record(11 + #body, 4, id, last) .. body
    end
  end
  if #out == 0 then
    call('DEL', state.key)
    return
  end
  local value
  if packed and #plain <= 15 then
    value = char(16 + #plain)
    for _, r in ipairs(plain) do value = value .. pack('<I3', r.id) end
    value = value .. pack('<I6', state.time)
    for _, r in ipairs(plain) do
      if r.kind == 0 then value = value .. pack('<dI5dd', r.units, r.part, r.was, r.peak)
      else value = value .. pack('<dI6', r.units, r.till) end
    end
  else
    value = char(16) .. table.concat(out)
  end
  call('SET', state.key, value, 'EX', seconds(ends))
end

if verb ~= PEEK then
  for _, line in ipairs(lines) do
    local held = line.save
    local key = KEYS[#KEYS / 2 + line.key]
    if line.forget then call('DEL', key)
    elseif held then
      local value = {pack('<ddBBdddB', held.life, held.till, held.reserves, held.settled, held.taken,
        held.units, held.turn, #held.parts)}
      for _, part in ipairs(held.parts) do
        value[#value + 1] = pack('<BI3dd', part.kind, part.id, part.ends, part.units)
      end
      call('SET', key, table.concat(value), 'EX', seconds(held.till))
    elseif line.granted then
      call('SET', key, pack('<d', line.granted), 'EX', seconds(line.granted))
    end
  end
  for _, state in pairs(states) do
    if state and state.changed then write(state) end
  end
end
return table.concat(reply)
