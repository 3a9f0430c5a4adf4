-- The parts of the script that takes and peeks. TakeScript puts them together for one shape: for
-- each limit of each entry of each quota, without loops or tables where it finds what it wrote
-- itself, which is nearly always. TakeCall packs the argument and TakeReply reads the reply.
--
-- @name is a variable of a limit, &name of an entry, $name of a quota; {{name}} is filled in. What
-- precedes the first part sets "real" to the time in milliseconds.
--
-- All reads, and all that could fail, come before the first write: Redis does not undo what a
-- script did before it failed.
--- begin
local call, pack, unpack = redis.call, struct.pack, struct.unpack
local args = ARGV[1]
local from, till, calls = unpack('<ddd', args)
-- Too early or too late: the caller's windows are not these, or it does not wait any more.
if real < from or real >= till then return pack('<Bd', 1, real) end
--- read-quota
local $cost, $least, $short{{variables}} = unpack('<ddB{{format}}', args, {{at}})
--- read-more
{{variables}} = unpack('<{{format}}', args, {{at}})
--- read-entry
local &now, &extra, &till, &kept, &changed = real, '', 0, 0, false
{{absent}}local &value = call('GET', KEYS[{{key}}])
if &value then
  local signature, stamp
--- absent-rolling
local @units, @part, @was, @peak, @stamp = 0, 0, @cap, 0, real
--- absent-calendar
local @units, @peak, @ends = 0, 0, 0
--- read-packed
  if #&value == {{length}} then
    signature, stamp{{variables}} = unpack('<c{{signature}}I6{{format}}', &value)
  end
--- read-other
  if signature == &signature then
{{derived}}  else
    -- Another version of the policy wrote this, or it does not fit the packed layout.
{{absent}}  local sub = string.sub
  local head = string.byte(&value) or 0
  if head < 16 or head > 31 then return pack('<Bd', 2, real) end
  local count, at, stamp, left = head - 16, 2, real, 0
  if count > 0 then
    stamp, at = unpack('<I6', &value, 2 + 3 * count)
    -- Whatever is in it matters no longer than that: every write adds a minute of grace.
    left = call('PTTL', KEYS[{{key}}]) - 60000
    if left < 0 then left = 0 end
  end
  local last, record = #&value, 0
  while (count > 0 and record < count) or (count == 0 and at <= last) do
    local kind, id, units, part, was, peak, till = 1
    local set, start, size = stamp, at, 0
    if count > 0 then
      id = unpack('<I3', &value, 2 + 3 * record)
      if id < 8388608 then
        kind, till = 0, real + left
        units, part, was, peak, at = unpack('<dI5dd', &value, at)
      else
        units, till, at = unpack('<dI6', &value, at)
        peak = units
      end
    else
      size, kind, id, till = unpack('<BBI3I6', &value, at)
      -- Not ours: this loop would not come to an end.
      if size < 11 then return pack('<Bd', 2, real) end
      if kind == 0 then
        set, units, part, was, peak = unpack('<I6dI5dd', &value, at + 11)
      elseif kind == 1 then
        units, peak = unpack('<dd', &value, at + 11)
      end
      at = at + size
    end
    record = record + 1
    -- Reservations, grants or places are kept with it: the other script knows what they mean.
    if kind > 1 and kind < 5 and till > real then return pack('<Bd', 3, real) end
    {{found}}if till > real then
      -- A limit this caller does not know: kept until it cannot matter any more.
      if count == 0 then &extra = &extra .. sub(&value, start, start + size - 1)
      elseif kind == 0 then
        &extra = &extra .. pack('<BBI3I6I6dI5dd', 46, 0, id, till, set, units, part, was, peak)
      else
        &extra = &extra .. pack('<BBI3I6dd', 27, 1, id, till, units, peak)
      end
      if till > &till then &till = till end
    end
  end
end
--- found-rolling
if id == unpack('<I3', &signature, {{at}}) and kind == 0 then
  @units, @part, @was, @peak, @stamp = units, part, was, peak, set
else
--- found-calendar
if id == unpack('<I3', &signature, {{at}}) and kind == 1 then
  @units, @peak, @ends = units, peak, till
else
--- clamp
if @stamp > &now then
  if @stamp - real <= 5000 then &now = @stamp
  -- The clock was set back. A refusal writes that down too, or it would promise a wait in vain.
  else &changed = true end
end
--- drain
do
  local past, parts, drain = &now - @stamp, @parts, @drain
  if past < 0 then past = 0 end
  local step = @cap / drain
  if @was ~= @cap then
    -- The old rate drains up to now.
    local b
    step, b = @was, parts * step
    local period = b
    while b > 0 do step, b = b, step % b end
    parts, drain = period / step, @was / step
  end
  -- Whole and part by themselves, so that no product leaves the integers.
  local rest = past % parts
  @units = @units - (past - rest) / parts * drain
  rest = rest * drain
  local drained = rest % parts
  @units, @part = @units - (rest - drained) / parts, @part - drained
  if @part < 0 then @units, @part = @units - 1, @part + parts end
  if @units < 0 then @units, @part = 0, 0 end
  if @was ~= @cap then
    -- The same use in parts of the new size, rounded up.
    local new = @cap / @drain
    local a, b = step, new
    while b > 0 do a, b = b, a % b end
    @part = math.ceil(@part * (step / a) / (new / a))
    if @part == @parts then @units, @part = @units + 1, 0 end
    if @units > 0 or @part > 0 then &changed = true end
    @was = @cap
  end
  if @units == 0 and @part == 0 then @peak = 0 end
end
--- roll-over
if @ends > 0 then
  if real >= @ends then @units, @peak, @ends = 0, 0, 0
  -- A wrong clock began this window.
  elseif @ends - real > {{furthest}} then @ends, &changed = @next, true
  elseif @ends > &kept then &kept = @ends end
end
--- open-room
local $room = 9007199254740992
--- room
if &closed == 1 then $room = 0 end
--- room-rolling
do
  local room = @cap - @units
  if @part > 0 then room = room - 1 end
  if room < $room then $room = room end
end
--- room-calendar
if @cap - @units < $room then $room = @cap - @units end
--- begin-decision
local done = calls
--- decide
local $fits = calls * $cost
if $fits > $room and $short < 2 then
  $fits = $room > 0 and $room or 0
  local through = calls
  if $least == $cost then
    $fits = $fits - $fits % $cost
    through = $fits / $cost
  elseif $fits < $least then
    $fits, through = 0, 0
  end
  if $short == 0 and through < done then done = through end
end
--- settle-amount
local $taken = $fits
if $taken > done * $cost then $taken = done * $cost end
--- reply
local reply = pack('<Bdd{{format}}', 0, real, done{{variables}})
--- reply-more
reply = reply .. pack('<{{format}}', {{variables}})
--- write-begin
if $taken > 0 or (&changed and calls > 0) then
--- add-rolling
  do
    @units = @units + $taken
    if @units > 9007199254740991 then @units = 9007199254740991 end
    local used = @part > 0 and @units + 1 or @units
    if $taken > 0 and used > @peak then @peak = used end
    local full = &now + (@units + 1) * @parts / @drain
    if full > &till then &till = full end
  end
--- add-calendar
  if $taken > 0 then
    @units = @units + $taken
    if @units > 9007199254740991 then @units = 9007199254740991 end
    if @ends == 0 then @ends = @next end
    if @units > @peak then @peak = @units end
  end
  if @ends > &till then &till = @ends end
--- expire
  -- A minute of grace; at most a hundred years, which Redis can still count in milliseconds.
  local ttl = (&till - real) / 1000 + 61
  ttl = ttl - ttl % 1
  if ttl > 3155760000 then ttl = 3155760000 end
--- write-packed
  if &extra == ''{{plain}} then
    local value = pack('<c{{signature}}I6{{format}}', &signature, &now{{variables}})
    -- What holds a window's end already lives as long as that.
    if &till <= &kept then call('SET', KEYS[{{key}}], value, 'KEEPTTL')
    else call('SET', KEYS[{{key}}], value, 'EX', ttl) end
  else
    local sub = string.sub
--- write-records
    local value = '\16'
{{records}}    call('SET', KEYS[{{key}}], value .. &extra, 'EX', ttl)
--- record-rolling
    do
      local till = &now + (@units + 1) * @parts / @drain
      till = till < 281474976710655 and till - till % 1 + 1 or 281474976710655
      value = value .. '\46\0' .. sub(&signature, {{first}}, {{last}})
        .. pack('<I6I6dI5dd', till, &now, @units, @part, @was, @peak)
    end
--- record-calendar
    if @ends > 0 then
      value = value .. '\27\1' .. sub(&signature, {{first}}, {{last}}) .. pack('<I6dd', @ends, @units, @peak)
    end
