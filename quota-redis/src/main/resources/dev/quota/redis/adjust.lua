-- Gives back, and charges more: whatever is stored, one key after the other. AdjustCall packs the
-- argument. What precedes this text sets "real" to the time in milliseconds.
local call, sub, byte, pack, unpack = redis.call, string.sub, string.byte, struct.pack, struct.unpack
local args = ARGV[1]
local from, till, at = unpack('<dd', args)
if real < from or real >= till then return pack('<Bd', 1, real) end

local function gcd(a, b)
  while b > 0 do a, b = b, a % b end
  return a
end

-- Takes some parts off a rolling record, of which a unit has that many.
local function less(record, units, part, parts)
  record.units, record.part = record.units - units, record.part - part
  if record.part < 0 then record.units, record.part = record.units - 1, record.part + parts end
  if record.units < 0 then record.units, record.part = 0, 0 end
end

-- What drains in a time: whole units, and parts.
local function drained(past, parts, drain)
  local rest = past % parts
  local units = (past - rest) / parts * drain
  rest = rest * drain
  local part = rest % parts
  return units + (rest - part) / parts, part
end

-- Reads a value into records in their order. Returns nil if a later version wrote it.
local function read(key)
  local value = call('GET', key)
  if not value then return {key = key, found = false, left = 0} end
  local head = byte(value) or 0
  if head < 16 or head > 31 then return nil end
  -- Whatever is in it matters no longer than that: every write adds a minute of grace.
  local state = {key = key, found = true, left = call('PTTL', key) - 60000}
  if state.left < 0 then state.left = 0 end
  local count, at, stamp = head - 16, 2, real
  if count > 0 then stamp, at = unpack('<I6', value, 2 + 3 * count) end
  while (count > 0 and #state < count) or (count == 0 and at <= #value) do
    local r, size = {stamp = stamp, part = 0}, 0
    if count > 0 then
      r.id = unpack('<I3', value, 2 + 3 * #state)
      if r.id < 8388608 then
        r.kind, r.till = 0, real + state.left
        r.units, r.part, r.was, r.peak, at = unpack('<dI5dd', value, at)
      else
        r.kind = 1
        r.units, r.till, at = unpack('<dI6', value, at)
        r.peak = r.units
      end
    else
      size, r.kind, r.id, r.till = unpack('<BBI3I6', value, at)
      -- Not ours: this loop would not come to an end.
      if size < 11 then return nil end
      if r.kind == 0 then
        r.stamp, r.units, r.part, r.was, r.peak = unpack('<I6dI5dd', value, at + 11)
      elseif r.kind == 1 then
        r.units, r.peak = unpack('<dd', value, at + 11)
      else
        r.raw = sub(value, at, at + size - 1)
      end
      at = at + size
    end
    state[#state + 1] = r
  end
  return state
end

local states, now = {}, {}
for i = 1, #KEYS do
  states[i] = read(KEYS[i])
  if not states[i] then return pack('<Bd', 2, real) end
  now[i] = real
  for _, r in ipairs(states[i]) do
    if r.kind == 0 and r.stamp > now[i] and r.stamp - real <= 5000 then now[i] = r.stamp end
  end
end

local function find(state, kind, id)
  for _, r in ipairs(state) do
    if r.kind == kind and r.id == id then return r end
  end
end

-- Brings a rolling record to the key's time, at its own rate.
local function advance(r, time, period)
  local step = gcd(r.was, period)
  local parts, drain = period / step, r.was / step
  local past = time - r.stamp
  if past > 0 then
    local units, part = drained(past, parts, drain)
    less(r, units, part, parts)
  end
  r.stamp = time
  if r.units == 0 and r.part == 0 then r.peak = 0 end
  return parts, drain
end

local function rolling(state, time, units, id, held, period, ends)
  local r = find(state, 0, id)
  if not r then
    if units < 0 then return end
    r = {kind = 0, id = id, stamp = time, units = 0, part = 0, was = held, peak = 0}
    state[#state + 1] = r
  end
  local parts, drain = advance(r, time, period)
  if units > 0 then
    if r.units == 0 and r.part == 0 and r.was ~= held then
      local step = gcd(held, period)
      r.was, parts, drain = held, period / step, held / step
    end
    r.units = r.units + units
    if r.units > 9007199254740991 then r.units = 9007199254740991 end
    local used = r.part > 0 and r.units + 1 or r.units
    if used > r.peak then r.peak = used end
  elseif held >= r.was and ends > time then
    -- What a charge took drains like everything else: only what is left of it comes back.
    local whole, part = drained(ends - time, parts, drain)
    if whole >= -units then whole, part = -units, 0 end
    less(r, whole, part, parts)
  end
  r.till = time + (r.units + 1) * parts / drain
  r.till = r.till - r.till % 1 + 1
  if r.till > 281474976710655 then r.till = 281474976710655 end
end

local function calendar(state, units, id, ends, next)
  local r = find(state, 1, id)
  if not r then
    if units < 0 then return end
    r = {kind = 1, id = id, units = 0, peak = 0, till = 0}
    state[#state + 1] = r
  end
  if real >= r.till then r.units, r.peak, r.till = 0, 0, 0 end
  if units > 0 then
    r.units = r.units + units
    if r.units > 9007199254740991 then r.units = 9007199254740991 end
    if r.till == 0 then r.till = next end
    if r.units > r.peak then r.peak = r.units end
  elseif r.till == ends then
    r.units = r.units + units
    if r.units < 0 then r.units = 0 end
  end
end

while at <= #args do
  local i, units, count
  i, units, count, at = unpack('<BdB', args, at)
  local state = states[i]
  for _ = 1, count do
    local kind, id, held, period, ends
    kind, id, held, period, ends, at = unpack('<BI3ddd', args, at)
    -- Nothing is counted any more that it could be given back to.
    if state.found or units > 0 then
      state.changed = true
      if kind == 0 then rolling(state, now[i], units, id, held, period, ends)
      else calendar(state, units, id, ends, held) end
    end
  end
end

local function write(state, time)
  local packed, till = #state <= 15, real + state.left
  for _, r in ipairs(state) do
    if r.kind > 1 or (r.kind == 0 and r.stamp ~= time) or (r.kind == 1 and r.peak ~= r.units) then
      packed = false
    end
    if r.kind <= 1 and r.till > till then till = r.till end
  end
  local value
  if packed then
    value = string.char(16 + #state)
    for _, r in ipairs(state) do value = value .. pack('<I3', r.id) end
    value = value .. pack('<I6', time)
    for _, r in ipairs(state) do
      if r.kind == 0 then value = value .. pack('<dI5dd', r.units, r.part, r.was, r.peak)
      else value = value .. pack('<dI6', r.units, r.till) end
    end
  else
    value = '\16'
    for _, r in ipairs(state) do
      if r.raw then value = value .. r.raw
      elseif r.kind == 0 then
        value = value .. pack('<BBI3I6I6dI5dd', 46, 0, r.id, r.till, r.stamp, r.units, r.part, r.was, r.peak)
      elseif r.till > real then
        value = value .. pack('<BBI3I6dd', 27, 1, r.id, r.till, r.units, r.peak)
      end
    end
  end
  local ttl = (till - real) / 1000 + 61
  ttl = ttl - ttl % 1
  if ttl > 3155760000 then ttl = 3155760000 end
  call('SET', state.key, value, 'EX', ttl)
end

for i = 1, #KEYS do
  if states[i].changed and #states[i] > 0 then write(states[i], now[i]) end
end
return pack('<Bd', 0, real)
