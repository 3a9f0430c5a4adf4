-- Everything that the scripts of take.lua cannot do: permits, grants, growth, renewals, refunds, resets, and
-- stored values that those scripts do not know. It loops over what is stored. OperateCall packs the argument,
-- and OperateReply reads the reply. The text before this one sets "real" to the time in milliseconds. A line
-- "--= name" is replaced by a rule of rules.lua.
--
-- A count's value is a list of records. The kinds are: rolling limit (0), calendar limit (1), the sums of the
-- key's open reservations (2), and the grants of a calendar limit (3). The record of an operation has its own
-- key. So have the permits of a key: a sorted set of operations, scored by the end of their leases, with a band
-- of scores for each limit.
--
-- All reads, and everything that can fail, come before the first write, because Redis does not undo the
-- writes of a script that fails.
local spread = unpack
local call, sub, byte, char = redis.call, string.sub, string.byte, string.char
local pack, unpack, ceil = struct.pack, struct.unpack, math.ceil
local MOST, FAR = 9007199254740991, 281474976710655
local TAKE, PEEK, SETTLE, ADJUST, GRANT, RESET, RENEW = 0, 1, 2, 3, 4, 5, 6
local BAND, LATEST = 8796093022208, 8796093022207
local EXCEED = 2
-- Sliding limits: the kind of their records, their functions, and whether the command has any.
local SLIDING, sliding, slides = 5, {}, false
local SESSION = 6
local ROLLOVER, rollover, rolls = 7, {}, false

local args = ARGV[1]
local from, till, verb, remembered, at = unpack('<ddBB', args)
if real < from or real >= till then return pack('<Bd', 1, real) end

local operation
if remembered == 1 then
  operation = {}
  operation.reserves, operation.keep, operation.last, operation.permit, at = unpack('<BdBc8', args, at)
end
-- The keys of the counts are followed by those of operations' records, and those of permits.
local counts, taken_at, permits_at = unpack('<BI2I2', args, at)
at = at + 5

local function gcd(a, b)
  while b > 0 do a, b = b, a % b end
  return a
end

-- How long units take to refill in milliseconds, rounded down or up.
local function draining(units, parts, drain, up)
  --= draining
  return millis < MOST and millis or MOST
end

local function nothing(key)
  return {key = key, found = false, left = 0, list = {}, balances = {}, peaked = {}, permits = {}, limits = {},
    time = real,
    ops = {life = 0, old = 0, oldend = 0, young = 0, youngend = 0, turn = 0, till = 0}}
end

-- Reads the packed record of a limit into "r", and returns where the next one begins.
local function read_packed(state, value, r, at)
  if r.id < 8388608 then
    r.kind, r.till = 0, real + state.left
    r.units, r.part, r.was, r.peak, at = unpack('<dI5dd', value, at)
  else
    r.kind = 1
    r.units, r.till, at = unpack('<dI6', value, at)
    r.peak = r.units
    state.peaked[#state.peaked + 1] = r
  end
  state.list[#state.list + 1] = r
  return at
end

local function read_sums(state, value, ends, body, last)
  local ops = state.ops
  if ends > real then
    ops.till = ends
    state.value, state.sums_at = value, body
    ops.life, ops.old, ops.oldend, ops.young, ops.youngend, ops.turn = unpack('<ddI6dI6d', value, body)
  end
  -- The peaks of packed calendar limits matter even if nothing is reserved any more.
  for i = 1, (last - body - 44) / 8 do state.peaked[i].peak = unpack('<d', value, body + 36 + 8 * i) end
end

local function read_balances(state, value, id, body, last)
  local balances = state.balances[id] or {}
  balances.cap, balances.spent, body = unpack('<dd', value, body)
  while body < last do
    local balance = {}
    balance.units, balance.till, body = unpack('<dd', value, body)
    balances[#balances + 1] = balance
  end
  state.balances[id] = balances
end

-- Reads a calendar limit with what rolls over. Its "carry" has the capacity, -1 under a policy without a
-- rollover; the units that the window which ended at "from" left, or with which the one began that began then;
-- 0 for "from" if no window is known; and for how long that matters.
local function read_rollover(r, value, body)
  local carry = {}
  r.kind, r.carry, rolls = 1, carry, true
  r.units, r.peak, r.till, carry.cap, carry.units, carry.from, carry.keep = unpack('<ddddddd', value, body)
end

-- Reads a record that is not packed, and returns where the next one begins. Returns nil if this library did
-- not write it.
local function read_record(state, value, at)
  local size, kind, id, ends = unpack('<BBI3I6', value, at)
  -- The loop over the records would not end.
  if size < 11 then return nil end
  local body, last = at + 11, at + size
  if kind == 2 then read_sums(state, value, ends, body, last)
  elseif kind == 3 then read_balances(state, value, id, body, last)
  elseif kind ~= ROLLOVER or ends > real then
    local r = {kind = kind, id = id, till = ends, part = 0}
    if kind == 0 then r.stamp, r.units, r.part, r.was, r.peak = unpack('<I6dI5dd', value, body)
    elseif kind == 1 then r.units, r.peak = unpack('<dd', value, body)
    elseif kind == ROLLOVER then read_rollover(r, value, body)
    else r.raw = sub(value, at, last - 1) end
    state.list[#state.list + 1] = r
  end
  return last
end

-- Reads a value into records. Returns nil if a later version wrote it.
local function read(key)
  local state = nothing(key)
  local value = call('GET', key)
  if not value then return state end
  local head = byte(value) or 0
  if head < 16 or head > 31 then return nil end
  state.found = true
  -- Nothing in it matters longer than that, because every write adds a minute.
  state.left = call('PTTL', key) - 60000
  if state.left < 0 then state.left = 0 end
  local count, at, stamp, ids = head - 16, 2, real, 2
  if count == 0 and byte(value, 2) == 1 then count, ids = byte(value, 3), 4 end
  if count > 0 then stamp, at = unpack('<I6', value, ids + 3 * count) end
  for i = 0, count - 1 do
    at = read_packed(state, value, {stamp = stamp, part = 0, id = unpack('<I3', value, ids + 3 * i)}, at)
  end
  while at and at <= #value do at = read_record(state, value, at) end
  return at and state
end

-- Advances the sums of reservations to now.
local function turn(ops)
  --= turn
end

local function find(state, kind, id)
  for _, r in ipairs(state.list) do
    if r.kind == kind and r.id == id then return r end
  end
end

-- Grant balances: how much of a calendar limit's use is beyond its capacity, and which balances pay for it.
local function over(r, cap)
  return r.units > cap and r.units - cap or 0
end

local function pays(balance, owed)
  if owed <= 0 then return 0 end
  return balance.units < owed and balance.units or owed
end

local function expire(balances, r)
  while balances[1] and balances[1].till <= real do
    local balance = table.remove(balances, 1)
    balances.spent = balances.spent + pays(balance, over(r, balances.cap) - balances.spent)
  end
end

local function begin_anew(balances, r)
  local owed = over(r, balances.cap) - balances.spent
  balances.spent = 0
  local kept = {cap = balances.cap, spent = 0}
  for _, balance in ipairs(balances) do
    local paid = pays(balance, owed)
    owed = owed - paid
    if balance.units > paid then kept[#kept + 1] = {units = balance.units - paid, till = balance.till} end
  end
  return kept
end

local function granted(balances, r)
  local sum = 0
  for _, balance in ipairs(balances) do sum = sum + balance.units end
  local late = over(r, balances.cap)
  return sum + (balances.spent < late and balances.spent or late)
end

local function left_at(balances, r, ends)
  local sum, owed = 0, over(r, balances.cap) - balances.spent
  for _, balance in ipairs(balances) do
    local paid = pays(balance, owed)
    owed = owed - paid
    if balance.till > ends then sum = sum + balance.units - paid end
  end
  return sum
end

local function less_spent(balances, r)
  local late = over(r, balances.cap)
  if balances.spent > late then balances.spent = late end
end

-- Advances a rolling record to the key's time, at its own rate.
local function drain(r, time, period)
  local step = gcd(r.was, period)
  local parts, drain = period / step, r.was / step
  r.parts, r.drain = parts, drain
  if time > r.stamp then
    local past = time - r.stamp
    --= drains
    --= less
  end
  r.stamp = time
  if r.units == 0 and r.part == 0 then r.peak = 0 end
end

-- Converts the use to another capacity.
local function recast(state, r, cap, period)
  if r.was == cap then return end
  local step, new = gcd(r.was, period), gcd(cap, period)
  r.parts, r.drain = period / new, cap / new
  --= recast
end

-- Notes what a window leaves that has ended.
local function carry_over(r)
  local carry = r.carry
  if carry.cap < 0 then
    r.carry = nil
    return
  end
  carry.units = carry.cap < math.huge and carry.cap > r.units and carry.cap - r.units or 0
  carry.from = r.till
end

-- Advances a calendar record to now, with the capacity that its grants had.
local function roll(state, r, limit)
  local balances = state.balances[r.id]
  if balances then expire(balances, r) end
  if r.till > 0 then
    if real >= r.till then
      if balances then state.balances[r.id] = begin_anew(balances, r) end
      if r.carry then carry_over(r) end
      r.units, r.peak, r.till = 0, 0, 0
    elseif limit and r.till - real > limit.furthest then
      -- A wrong clock began this window.
      r.till, state.changed = limit.next, true
    end
  end
  balances = state.balances[r.id]
  if balances and not balances[1] and balances.spent == 0 then
    state.balances[r.id] = nil
  end
end

-- Permits: how many are held of a limit, and whether by the operation.
local function band(id)
  return id % 1024 * BAND
end

local function score(id, ends)
  return band(id) + (ends < LATEST and ends or LATEST)
end

local function exactly(number)
  return string.format('%.0f', number)
end

local function held_permits(key, id)
  return call('ZCOUNT', key, '(' .. exactly(score(id, real)), exactly(band(id) + LATEST))
end

local function member(id, holder)
  return pack('<I3c8', id, holder)
end

local function holds(key, id)
  local known = call('ZSCORE', key, member(id, operation.permit))
  return known and tonumber(known) > score(id, real)
end

-- Removes ended permits in small steps, so that each call is short.
local function tidy(key, id, lease)
  local ended = call('ZRANGEBYSCORE', key, exactly(band(id)), exactly(score(id, real)), 'LIMIT', 0, 100)
  if ended[1] then call('ZREM', key, spread(ended)) end
  if call('PTTL', key) < lease then
    local ttl = ceil(lease / 500) + 61
    call('EXPIRE', key, ttl < 3155760000 and ttl or 3155760000)
  end
end

local function permits_of(state, limit)
  local held = state.permits[limit.id]
  if not held then
    held = {key = KEYS[permits_at + state.number]}
    held.count = held_permits(held.key, limit.id)
    state.permits[limit.id] = held
  end
  return held
end

local function record_of(state, limit)
  local r = find(state, limit.kind, limit.id)
  if not r then
    r = {kind = limit.kind, id = limit.id, stamp = state.time, units = 0, part = 0, was = limit.cap,
      peak = 0, till = 0, new = true}
    state.list[#state.list + 1] = r
  end
  return r
end

-- The capacity of a calendar limit, with what rolled over.
local function full_cap(r, limit)
  return limit.share and limit.cap + rollover.rolled(r, limit) or limit.cap
end

-- Finds the record of a limit, or makes an empty one, and advances it to now.
local function bring(state, limit)
  if limit.kind == 2 then
    limit.permits = permits_of(state, limit)
    return
  end
  if limit.kind == SLIDING then
    limit.record = sliding.bring(state, limit)
    return
  end
  local r = record_of(state, limit)
  limit.record = r
  if limit.kind == 0 then
    drain(r, state.time, limit.period)
    recast(state, r, limit.cap, limit.period)
  else
    roll(state, r, limit)
    if limit.share or r.carry then rollover.adopt(state, r, limit) end
    local balances, cap = state.balances[r.id], full_cap(r, limit)
    if balances and balances.cap ~= cap then balances.cap, state.changed = cap, true end
  end
end

-- The room of an advanced limit, with a grace beyond its capacity.
local function room(state, limit, grace)
  if limit.kind == 2 then
    if grace then return math.huge end
    return limit.permits.count < limit.cap and math.huge or 0
  end
  local r, balances, cap = limit.record, state.balances[limit.id], limit.cap
  --= free
  free = free + (grace or 0)
  if limit.share then free = free + rollover.rolled(r, limit) end
  if limit.kind == 1 and balances then free = free + granted(balances, r) end
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

-- Notes in an operation's part when its use of a rolling limit will have refilled.
local function note_rolling(part, r, units)
  if r.units == 0 and r.part == 0 then part.ends = 0 end
  local begins = part.ends > real and part.ends or real
  part.ends = begins + draining(units, r.parts, r.drain, false)
  if part.ends > MOST then part.ends = MOST end
end

-- Notes in an operation's part how much it used of which window.
local function note_calendar(part, r, units)
  if part.ends ~= r.till then part.ends, part.units = r.till, 0 end
  part.units = part.units + units
end

-- Adds use to a limit, and notes it in the operation, if there is one.
local function add(state, limit, units, held)
  if limit.kind == 2 or units == 0 then return end
  local r = limit.record
  local part = held and limit.kind ~= SLIDING and part_of(held, limit)
  state.changed = true
  if limit.kind == SLIDING then sliding.add(r, units, held)
  elseif limit.kind == 0 then
    if part then note_rolling(part, r, units) end
  else
    if r.till == 0 then
      if limit.share or r.carry then rollover.begin(r, limit) end
      r.till = limit.next
    end
    local balances = state.balances[r.id]
    if balances then less_spent(balances, r) end
    if part then note_calendar(part, r, units) end
  end
  --= add
  --= raise-peak
end

-- Refunds use of a limit: only what has not refilled and whose window has not ended.
local function return_rolling(r, time, back, cap, ends)
  if cap < r.was or ends <= time then return end
  local past, parts, drain = ends - time, r.parts, r.drain
  --= drains
  if whole >= back then whole, part = back, 0 end
  --= less
end

local function return_calendar(state, r, back, ends, mine)
  --= back-calendar
  local balances = state.balances[r.id]
  if balances then less_spent(balances, r) end
end

local states = {}
for i = 1, counts do states[i] = false end

-- Reads a count once. Returns nil if a later version wrote it.
local function open(number)
  local state = states[number]
  if state then return state end
  state = read(KEYS[number])
  if not state then
    if verb ~= RESET then return nil end
    -- A reset forgets it anyway.
    state = nothing(KEYS[number])
    state.found = true
  end
  turn(state.ops)
  for _, r in ipairs(state.list) do
    if r.kind == 0 then
      --= clamp
    end
  end
  state.number = number
  states[number] = state
  return state
end

-- The command.
local function read_limit()
  local limit = {}
  limit.kind, limit.id, limit.cap, limit.one, limit.two, limit.ends, at = unpack('<BI3dddd', args, at)
  limit.period, limit.next, limit.furthest, limit.lease = limit.one, limit.one, limit.two, limit.one
  if limit.kind == SLIDING then slides = true end
  if limit.kind == SESSION then
    -- It counts like a calendar limit whose window begins with the first charge.
    limit.kind, limit.session = 1, true
    limit.next, limit.furthest = real + limit.one, limit.one + 5000
  end
  if limit.kind == ROLLOVER then
    limit.kind, rolls = 1, true
    limit.share, limit.start, limit.earlier, at = unpack('<ddd', args, at)
  end
  return limit
end

local lines, count = {}, 0
count, at = unpack('<B', args, at)
for i = 1, count do
  local line, limits = {limits = {}}, 0
  line.key, line.quota, line.cost, line.least, line.nextcost, line.short, line.closed, limits, at =
    unpack('<BBdddBBB', args, at)
  for l = 1, limits do line.limits[l] = read_limit() end
  line.state = open(line.key)
  if not line.state then return pack('<Bd', 2, real) end
  line.state.limits = line.limits
  lines[i] = line
end

-- include sliding.lua
-- include rollover.lua

local later = false

-- Reads the record of an operation without its parts. Returns nil if there is none that still counts.
local function head_at(key, state)
  local value = call('GET', key)
  if not value then return nil end
  local count, ids = (byte(value) or 0) - 16, 2
  if count < 0 or count > 15 then
    later = true
    return nil
  end
  if count == 0 then count, ids = byte(value, 2), 3 end
  local held = {value = value, count = count, ids = ids, at = ids + 3 * count}
  held.life, held.till, held.reserves, held.settled, held.taken, held.units, held.turn =
    unpack('<ddBBddd', value, held.at)
  return held.till > real and held.life == state.ops.life and held or nil
end

local function held_of(line)
  local held = head_at(KEYS[taken_at + line.key], line.state)
  if not held then return nil end
  local at = held.at + 42
  held.parts = {}
  for p = 1, held.count do
    local part = {id = unpack('<I3', held.value, held.ids + 3 * p - 3)}
    part.kind = part.id < 8388608 and 0 or 1
    part.ends, part.units, at = unpack('<dd', held.value, at)
    held.parts[p] = part
  end
  return held
end

local function last_until(ops, ends)
  if ends > ops.till then ops.till = ends < FAR and ends or FAR end
end

local function remember(line, held)
  line.save = held
  last_until(line.state.ops, held.till)
  line.state.changed = true
end

local function count_in(ops, held, keep)
  held.till = real + keep
  held.life = ops.life
  if held.reserves == 1 then
    local units, dying = held.units, held.till < FAR and held.till or FAR
    --= hold
    held.turn = ops.turn
  end
end

local function reserve(line, held)
  count_in(line.state.ops, held, operation.keep)
  remember(line, held)
end

local function release(ops, held)
  if held.reserves == 0 then return end
  local units, turn = held.units, held.turn
  --= release
end

local function leave(line)
  for _, limit in ipairs(line.limits) do
    if limit.kind == 2 then
      local permits = limit.permits
      if holds(permits.key, limit.id) then permits.count = permits.count - 1 end
      limit.leaves = true
    end
  end
end

-- Takes a permit for the length of the lease, or renews the one that is held.
local function enter(line)
  for _, limit in ipairs(line.limits) do
    if limit.kind == 2 then
      local permits = limit.permits
      if not holds(permits.key, limit.id) then permits.count = permits.count + 1 end
      limit.enters = true
    end
  end
end

local outcome = 0

local function peaks(line)
  for _, limit in ipairs(line.limits) do limit.before = limit.record and limit.record.peak or 0 end
end

-- The work of the verb. Only the functions of this verb are created, because Redis creates them again in each run.
local run

if verb == TAKE or verb == PEEK then
  -- Reads the limits of a line. Returns the operation, if it is known already.
  local function look(line)
    for _, limit in ipairs(line.limits) do bring(line.state, limit) end
    line.room = room_of(line)
    line.held = operation and held_of(line)
    line.amount = 0
    return line.held
  end

  -- Sets what a line takes: all lines of a quota take the same. Returns false if it must be refused.
  local function decide(line)
    local amount = line.cost
    for _, other in ipairs(lines) do
      if other.quota == line.quota and other.room < amount then amount = other.room end
    end
    if line.short == EXCEED then line.amount = line.cost
    elseif amount >= line.least then line.amount = amount
    else
      line.amount = 0
      return line.short ~= 0
    end
    return true
  end

  local function take(line)
    local held
    if operation then
      held = {reserves = operation.reserves, settled = 0, taken = line.amount, units = line.amount,
        turn = 0, parts = {}}
      reserve(line, held)
      enter(line)
    end
    for _, limit in ipairs(line.limits) do add(line.state, limit, line.amount, held) end
  end

  function run()
    local fits, known = true, false
    for _, line in ipairs(lines) do known = look(line) or known end
    for _, line in ipairs(lines) do peaks(line) end
    if known then
      outcome = 1
      for _, line in ipairs(lines) do line.amount = line.held and line.held.taken or 0 end
      return
    end
    if verb == PEEK then return end
    for _, line in ipairs(lines) do fits = decide(line) and fits end
    if not fits then
      outcome = 2
      for _, line in ipairs(lines) do line.amount = 0 end
      return
    end
    for _, line in ipairs(lines) do
      if line.amount > 0 then take(line) end
    end
  end
end

if verb == SETTLE then
  local function give_back_rolling(state, limit, r, part, units)
    drain(r, state.time, limit.period)
    if r.units == 0 and r.part == 0 then
      part.ends = 0
      return
    end
    return_rolling(r, state.time, units, limit.cap, part.ends)
    local step = gcd(limit.cap, limit.period)
    local spent = draining(units, limit.period / step, limit.cap / step, true)
    part.ends = part.ends > spent and part.ends - spent or 0
  end

  local function give_back_calendar(state, limit, r, part, units)
    -- A session keeps its end here, because the hold may be of a policy with shorter ones.
    roll(state, r, not limit.session and limit)
    return_calendar(state, r, units, part.ends, part.units)
    part.units = part.units > units and part.units - units or 0
  end

  local function give_back(line, units)
    for _, limit in ipairs(line.limits) do
      if limit.kind == SLIDING then sliding.give_back(sliding.bring(line.state, limit), units, line.held)
      elseif limit.kind < 2 then
        local r, part = find(line.state, limit.kind, limit.id), part_of(line.held, limit)
        if not r then part.ends, part.units = 0, 0
        elseif limit.kind == 0 then give_back_rolling(line.state, limit, r, part, units)
        else give_back_calendar(line.state, limit, r, part, units) end
      end
    end
  end

  -- Reads the operation of a line, and refunds what it took beyond its total.
  local function look(line)
    local held = held_of(line)
    line.amount, line.gone = 0, 1
    if not held or held.settled == 1 then return end
    line.held, line.gone = held, 0
    -- A renewal has no total.
    line.total = line.cost >= 0 and line.cost or held.units
    outcome = 0
    if held.units > line.total then give_back(line, held.units - line.total) end
  end

  -- Sets the largest total that fits the limits of a line.
  local function bound(line)
    for _, limit in ipairs(line.limits) do bring(line.state, limit) end
    line.bounded = line.least >= 0 and line.total > line.held.units
    if line.bounded then
      line.most = line.held.units + room_of(line, line.least)
      if line.most > line.total then line.most = line.total end
    end
  end

  -- Sets the total of a line: all lines of a quota get the same.
  local function fit(line)
    local total = line.total
    for _, other in ipairs(lines) do
      if other.bounded and other.quota == line.quota and other.most < total then total = other.most end
    end
    line.fitting = total > line.held.units and total or line.held.units
  end

  local function finish(line)
    line.held.settled = 1
    leave(line)
    if line.held.reserves == 1 or line.held.units == 0 then line.forget = true else remember(line, line.held) end
  end

  local function settle(line)
    local held, total = line.held, line.fitting or line.total
    local more = total > held.units and total - held.units or 0
    peaks(line)
    release(line.state.ops, held)
    held.units = total
    line.state.changed = true
    if operation.last == 1 then finish(line)
    else
      reserve(line, held)
      enter(line)
    end
    for _, limit in ipairs(line.limits) do add(line.state, limit, more, held) end
    line.amount = total
  end

  function run()
    outcome = 3
    for _, line in ipairs(lines) do look(line) end
    for _, line in ipairs(lines) do
      if line.held then bound(line) end
    end
    for _, line in ipairs(lines) do
      if line.bounded then fit(line) end
    end
    for _, line in ipairs(lines) do
      if line.held then settle(line) end
    end
  end
end

if verb == ADJUST then
  local function unused(state, limit, r)
    if not r then return true end
    if limit.kind == 0 then
      drain(r, state.time, limit.period)
      return r.units == 0 and r.part == 0
    end
    roll(state, r, not limit.session and limit)
    return r.till == 0
  end

  local function raise(state, limit, units)
    if limit.kind == SLIDING then
      bring(state, limit)
      add(state, limit, units)
      return
    end
    local r = find(state, limit.kind, limit.id)
    -- A limit that is in use keeps its own capacity.
    if unused(state, limit, r) then bring(state, limit) else limit.record = r end
    add(state, limit, units)
  end

  local function lower(state, limit, units)
    if limit.kind == SLIDING then
      sliding.return_at(sliding.bring(state, limit), units, limit.ends)
      state.changed = true
      return
    end
    local r = find(state, limit.kind, limit.id)
    if not r then return end
    state.changed = true
    if limit.kind == 0 then
      drain(r, state.time, limit.period)
      return_rolling(r, state.time, units, limit.cap, limit.ends)
    else
      roll(state, r, not limit.session and limit)
      return_calendar(state, r, units, limit.ends, units)
    end
  end

  -- Changes counts by a difference, without an operation.
  function run()
    for _, line in ipairs(lines) do
      line.amount = 0
      for _, limit in ipairs(line.limits) do
        if limit.kind ~= 2 then
          if line.cost > 0 then raise(line.state, limit, line.cost)
          elseif line.cost < 0 then lower(line.state, limit, -line.cost) end
        end
      end
    end
  end
end

if verb == GRANT then
  -- Adds units to the balance that expires then, in the order of expiries. Returns false if they do not fit.
  local function deposit(balances, units, expires)
    local sum, same, place = 0, nil, 1
    for p, balance in ipairs(balances) do
      sum = sum + balance.units
      if balance.till == expires then same = balance end
      if balance.till < expires then place = p + 1 end
    end
    if units > MOST - sum or (not same and #balances >= 16) then return false end
    if same then same.units = same.units + units
    else table.insert(balances, place, {units = units, till = expires}) end
    return true
  end

  function run()
    local line = lines[1]
    local limit, state = line.limits[1], line.state
    local expires = line.least
    bring(state, limit)
    peaks(line)
    line.amount = 0
    local known = call('GET', KEYS[2])
    known = known and unpack('<d', known) > real
    if expires <= real or known then return end
    local balances = state.balances[limit.id] or {cap = full_cap(limit.record, limit), spent = 0}
    if not deposit(balances, line.cost, expires) then
      outcome = 2
      return
    end
    state.balances[limit.id], state.changed = balances, true
    line.granted = real + operation.keep
  end
end

local renewals = {}
local renewed, renewed_permits = {}, {}

if verb == RENEW then
  local function renew_permit(state, id, lease, holder)
    local name = state.number .. ' ' .. id
    local permits = renewed_permits[name]
    if not permits then
      permits = {key = KEYS[permits_at + state.number], id = id, lease = 0, scores = {}}
      renewed_permits[name] = permits
    end
    local scores = permits.scores
    scores[#scores + 1] = score(id, real + lease)
    scores[#scores + 1] = member(id, holder)
    if lease > permits.lease then permits.lease = lease end
  end

  -- Returns the value of an operation with another end and turn.
  local function renewed_value(held)
    local value, fields = held.value, held.at
    return sub(value, 1, fields + 7) .. pack('<d', held.till) .. sub(value, fields + 16, fields + 33)
      .. pack('<d', held.turn) .. sub(value, fields + 42)
  end

  -- Renews an operation. Returns false if there is none to renew.
  local function renew(key, state, keep)
    local ops, held = state.ops, head_at(key, state)
    if not held or held.settled == 1 then return false end
    outcome = 0
    release(ops, held)
    count_in(ops, held, keep)
    last_until(ops, held.till)
    state.renewed = true
    renewed[#renewed + 1] = {key = key, till = held.till, value = renewed_value(held)}
    return true
  end

  -- Renews operations and permits from now on. What they took does not change.
  function run()
    outcome = 3
    local count
    count, at = unpack('<B', args, at)
    for h = 1, count do
      local number, keep, holder, limits
      number, keep, holder, limits, at = unpack('<Bdc8B', args, at)
      local state = open(number)
      if not state then
        later = true
        return
      end
      turn(state.ops)
      local alive = renew(KEYS[taken_at + h], state, keep)
      renewals[h] = alive and 0 or 1
      for _ = 1, limits do
        local id, lease
        id, lease, at = unpack('<I3d', args, at)
        if alive then renew_permit(state, id, lease, holder) end
      end
    end
  end
end

if verb == RESET then
  function run()
    local line = lines[1]
    local state = line.state
    line.amount = 0
    local kept = {}
    for id, balances in pairs(state.balances) do
      local r = find(state, 1, id) or {units = 0, till = 0, id = id}
      roll(state, r)
      local left = state.balances[id] and begin_anew(state.balances[id], r)
      if left and left[1] then kept[id] = left end
    end
    local rolling = {}
    for _, r in ipairs(state.list) do
      if r.carry then roll(state, r) end
      if r.carry then
        -- The window can begin again with what it began with.
        if r.till > 0 and (r.carry.cap >= 0 or r.carry.from > 0) then r.carry.from = real end
        r.units, r.peak, r.till = 0, 0, 0
        rolling[#rolling + 1] = r
      end
    end
    local ops = state.ops
    state.list, state.balances, state.left = rolling, kept, 0
    state.ops = {life = ops.life + 1, old = 0, oldend = 0, young = 0, youngend = 0, turn = ops.turn, till = ops.till}
    state.changed = state.found
  end
end

run()
if later then return pack('<Bd', 2, real) end

-- The reply, before the writes.
local function numbers(state, limit, line)
  local r = limit.record
  if limit.kind == SLIDING then
    local taken = verb == TAKE and line.amount == 0 and line.cost > 0
    return sliding.numbers(limit, (verb == PEEK or taken) and line.cost or line.nextcost)
  end
  if limit.kind == 2 then return pack('<dddddd', limit.permits and limit.permits.count or 0, 0, 0, 0, 0, 0) end
  if limit.kind == 0 then return pack('<dddddd', r.units, r.part, limit.before, r.peak, 0, 0) end
  local balances, ends = state.balances[limit.id], r.till > 0 and r.till or limit.next
  -- A session that has not begun has a negative end.
  local told = limit.session and r.till == 0 and -ends or ends
  local left = balances and left_at(balances, r, ends) or 0
  if limit.share then left = left + rollover.later(r, limit) end
  local text = pack('<dddddd', r.units, told, limit.before, r.peak, balances and granted(balances, r) or 0, left)
  return limit.share and text .. pack('<d', rollover.rolled(r, limit)) or text
end

local extended = 0
for _, state in pairs(states) do
  if state then
    if next(state.balances) then extended = 1 end
    for _, r in ipairs(rolls and state.list or {}) do
      if r.carry then extended = 1 end
    end
  end
end
local reply = {pack('<BdBB', 0, real, outcome, extended)}
for _, line in ipairs(lines) do
  local state = line.state
  reply[#reply + 1] = pack('<dBdd', line.amount, line.gone or 0, state.time, state.ops.young + state.ops.old)
  if line.gone ~= 1 and verb ~= ADJUST then
    for _, limit in ipairs(line.limits) do reply[#reply + 1] = numbers(state, limit, line) end
  end
end

for _, gone in ipairs(renewals) do reply[#reply + 1] = char(gone) end

local function record(size, kind, id, ends)
  return pack('<BBI3I6', size, kind, id, ends < FAR and ends or FAR)
end

local function seconds(ends)
  --= seconds
  return ttl
end

-- The records of a value in the order of the command's limits, including empty ones, as the short
-- scripts expect them.
local function in_order(state, plain)
  local named, known = {}, {}
  for _, limit in ipairs(state.limits) do
    if limit.record then
      named[#named + 1] = limit.record
      known[limit.record] = true
    end
  end
  for _, r in ipairs(plain) do
    if not known[r] then return plain end
  end
  return named
end

-- What will be written: the records, those of plain limits also in "plain", the end of the last of them,
-- and whether they fit the packed layout.
local function draft_of(state)
  return {records = {}, plain = {}, ends = real, packed = true, holds = state.ops.till > real}
end

local function put(draft, text, ends)
  draft.records[#draft.records + 1] = text
  if ends > draft.ends then draft.ends = ends end
end

local function put_rolling(draft, state, r)
  if r.units == 0 and r.part == 0 then return end
  if r.parts then
    --= full
    r.till = full
  end
  if r.stamp ~= state.time then draft.packed = false end
  put(draft, record(46, 0, r.id, r.till) .. pack('<I6dI5dd', r.stamp, r.units, r.part, r.was, r.peak), r.till)
  draft.plain[#draft.plain + 1] = r
end

local function put_rollover(draft, r)
  local carry = r.carry
  local last = (r.till > carry.from and r.till or carry.from) + carry.keep
  if last <= real then return end
  draft.packed = false
  put(draft, record(67, ROLLOVER, r.id, last)
    .. pack('<ddddddd', r.units, r.peak, r.till, carry.cap, carry.units, carry.from, carry.keep), last)
end

local function put_calendar(draft, state, r)
  -- An ended window is dropped. Its grants must pay its overuse before.
  if r.till > 0 then roll(state, r) end
  if r.carry then return put_rollover(draft, r) end
  if r.till <= real then return end
  if r.peak ~= r.units and not draft.holds then draft.packed = false end
  put(draft, record(27, 1, r.id, r.till) .. pack('<dd', r.units, r.peak), r.till)
  draft.plain[#draft.plain + 1] = r
end

local function put_sliding(draft, r)
  -- A packed value has the command's limits in their order, and cannot have this one.
  draft.packed = false
  if not r.slots[1] then return end
  local ends = r.slots[#r.slots].at + r.period
  for _, body in ipairs(sliding.bodies(r)) do
    put(draft, record(11 + #body, SLIDING, r.id, ends) .. body, ends)
  end
end

local function put_limits(draft, state)
  for _, r in ipairs(state.list) do
    if r.raw then
      if r.till > real then
        draft.packed = false
        put(draft, r.raw, r.till)
      end
    elseif r.kind == 0 then put_rolling(draft, state, r)
    elseif r.kind == SLIDING then put_sliding(draft, r)
    else put_calendar(draft, state, r) end
  end
end

local function put_sums(draft, ops)
  if not draft.holds then return end
  draft.sums = pack('<I3I6ddI6dI6d', 0, ops.till < FAR and ops.till or FAR, ops.life, ops.old, ops.oldend,
    ops.young, ops.youngend, ops.turn)
  put(draft, char(55, 2) .. draft.sums, ops.till)
end

-- The size of a record is one byte, so many balances need several records.
local function put_balances(draft, id, balances, last)
  draft.packed = false
  for first = 1, math.max(1, #balances), 14 do
    local body = pack('<dd', balances.cap, balances.spent)
    for p = first, math.min(first + 13, #balances) do
      body = body .. pack('<dd', balances[p].units, balances[p].till)
    end
    put(draft, record(11 + #body, 3, id, last) .. body, last)
  end
end

local function put_grants(draft, state)
  for id, balances in pairs(state.balances) do
    local last = #balances > 0 and balances[#balances].till or real
    -- What expired grant balances have paid matters until the window ends.
    local r = find(state, 1, id)
    if r and r.till > last then last = r.till end
    if last > real then put_balances(draft, id, balances, last) end
  end
end

local function fits_packed(draft)
  local calendars = 0
  for _, r in ipairs(draft.plain) do calendars = calendars + r.kind end
  return draft.packed and #draft.plain <= 60 and calendars <= 25 and (#draft.plain > 0 or not draft.holds)
end

local function packed_value(draft, time)
  local plain, peaks = draft.plain, ''
  local value = #plain > 15 and char(16, 1, #plain) or char(16 + #plain)
  for _, r in ipairs(plain) do value = value .. pack('<I3', r.id) end
  value = value .. pack('<I6', time)
  for _, r in ipairs(plain) do
    if r.kind == 0 then value = value .. pack('<dI5dd', r.units, r.part, r.was, r.peak)
    else
      value, peaks = value .. pack('<dI6', r.units, r.till), peaks .. pack('<d', r.peak)
    end
  end
  if not draft.holds then return value end
  return value .. char(55 + #peaks, 2) .. draft.sums .. peaks
end

local function write(state)
  local draft = draft_of(state)
  put_limits(draft, state)
  put_sums(draft, state.ops)
  put_grants(draft, state)
  if #draft.records == 0 then
    call('DEL', state.key)
    return
  end
  if draft.holds and draft.packed then draft.plain = in_order(state, draft.plain) end
  local value = fits_packed(draft) and packed_value(draft, state.time) or char(16) .. table.concat(draft.records)
  call('SET', state.key, value, 'EX', seconds(draft.ends))
end

-- Writes the records of operations and grants.
local function write_operation(line)
  local held, key = line.save, KEYS[taken_at + line.key]
  if line.forget then call('DEL', key)
  elseif held then
    local parts = held.parts
    local value = {#parts > 0 and #parts < 16 and char(16 + #parts) or char(16, #parts)}
    for _, part in ipairs(parts) do value[#value + 1] = pack('<I3', part.id) end
    value[#value + 1] = pack('<ddBBddd', held.life, held.till, held.reserves, held.settled, held.taken,
      held.units, held.turn)
    for _, part in ipairs(parts) do value[#value + 1] = pack('<dd', part.ends, part.units) end
    call('SET', key, table.concat(value), 'EX', seconds(held.till))
  elseif line.granted then
    call('SET', key, pack('<d', line.granted), 'EX', seconds(line.granted))
  end
end

local function write_permits(line)
  for _, limit in ipairs(line.limits) do
    if limit.enters then
      local key = limit.permits.key
      call('ZADD', key, score(limit.id, real + limit.lease), member(limit.id, operation.permit))
      tidy(key, limit.id, limit.lease)
    elseif limit.leaves then
      call('ZREM', limit.permits.key, member(limit.id, operation.permit))
    end
  end
end

local write_renewals

if verb == RENEW then
  -- Writes only the sums of reservations, if nothing else changed.
  local function write_sums(state)
    if state.changed or not state.sums_at then return write(state) end
    local ops, value, at = state.ops, state.value, state.sums_at
    local ends = real + state.left
    if ops.till > ends then ends = ops.till end
    call('SET', state.key, sub(value, 1, at - 7) .. pack('<I6ddI6dI6d', ops.till, ops.life, ops.old, ops.oldend,
      ops.young, ops.youngend, ops.turn) .. sub(value, at + 44), 'EX', seconds(ends))
  end

  function write_renewals()
    for _, held in ipairs(renewed) do call('SET', held.key, held.value, 'EX', seconds(held.till)) end
    for _, permits in pairs(renewed_permits) do
      call('ZADD', permits.key, spread(permits.scores))
      tidy(permits.key, permits.id, permits.lease)
    end
    for _, state in pairs(states) do
      if state and (state.renewed or state.changed) then write_sums(state) end
    end
  end
end

if write_renewals then write_renewals()
elseif verb ~= PEEK then
  for _, line in ipairs(lines) do write_operation(line) end
  for _, line in ipairs(lines) do write_permits(line) end
  if verb == RESET then call('DEL', KEYS[permits_at + 1]) end
  for _, state in pairs(states) do
    if state and state.changed then write(state) end
  end
end
return table.concat(reply)
