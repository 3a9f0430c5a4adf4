-- The parts of three scripts: one takes and peeks, one takes with an operation ("reserve"), and one settles a
-- reservation to a total that is not more than it took. TakeScript combines them for one shape: for each limit
-- of each entry of each quota. They have no loops and tables on the usual way, in which they read a value that
-- they wrote themselves. If they do not know a stored value, they change nothing and say so, and operate.lua
-- is called. TakeCall and ShortCall pack the argument; TakeReply and OperateReply read the reply.
--
-- @name is a variable of a limit, &name of an entry, $name of a quota; {{name}} is a placeholder, and
-- "--= name" is replaced by a rule of rules.lua. The text before the first part sets "real" to the time in
-- milliseconds.
--
-- All reads, and everything that can fail, come before the first write, because Redis does not undo the
-- writes of a script that fails.
--- begin
local call, pack, unpack = redis.call, struct.pack, struct.unpack
local args = ARGV[1]
local from, till, calls = unpack('<ddd', args)
-- Too early or too late: the packed windows are not the present ones, or the caller does not wait any more.
if real < from or real >= till then return pack('<Bd', 1, real) end
--- begin-reserve
local call, pack, unpack = redis.call, struct.pack, struct.unpack
local args, calls = ARGV[1], 1
local from, till, keep, reserves = unpack('<dddB', args)
if real < from or real >= till then return pack('<Bd', 1, real) end
local dies, lives = real + keep, keep / 1000 + 61
-- One minute more than needed, as text once for all keys.
lives = lives < 3155760000 and string.format('%d', lives) or '3155760000'
--- begin-settle
local call, pack, unpack = redis.call, struct.pack, struct.unpack
local args = ARGV[1]
local from, till = unpack('<dd', args)
if real < from or real >= till then return pack('<Bd', 1, real) end
--- read-quota
local $cost, $least, $short{{variables}} = unpack('<ddB{{format}}', args, {{at}})
--- read-more
{{variables}} = unpack('<{{format}}', args, {{at}})
--- read-entry
local &now, &extra, &till, &kept, &changed = real, '', 0, 0, false
local &ops, &sums = 0, ''
{{more}}{{absent}}local &value = call('GET', KEYS[{{key}}])
if &value then
  local signature, stamp
--- next-session
-- The argument has how long a session lasts.
@next = real + @next
--- absent-rolling
local @units, @part, @was, @peak, @stamp = 0, 0, @cap, 0, real
--- absent-calendar
local @units, @peak, @ends = 0, 0, 0
--- read-packed
  if #&value == {{length}} then
{{unpack}}{{derived}}  elseif #&value == {{length-held}} then
    -- After the limits come the sums of open reservations, with the peaks of calendar limits.
    local size, kind, id
{{unpack-held}}    if size ~= {{size}} or kind ~= 2 then signature = nil end
  end
--- read-other
  if signature == &signature then
{{derived}}  else
    -- Another version of the policy wrote this, or it does not fit the packed layout.
{{absent}}  &ops, &sums = 0, ''
  local sub = string.sub
  local head = string.byte(&value) or 0
  if head < 16 or head > 31 then return pack('<Bd', 2, real) end
  local count, at, stamp, left, ids = head - 16, 2, real, 0, 2
  if count == 0 and string.byte(&value, 2) == 1 then count, ids = string.byte(&value, 3), 4 end
  if count > 0 then
    stamp, at = unpack('<I6', &value, ids + 3 * count)
    -- Nothing in it matters longer than that, because every write adds a minute.
    left = call('PTTL', KEYS[{{key}}]) - 60000
    if left < 0 then left = 0 end
  end
  local last, record, peaks = #&value, 0, at
  for i = 1, count do
    peaks = peaks + (unpack('<I3', &value, ids + 3 * i - 3) < 8388608 and 29 or 14)
  end
  -- Records can follow the packed limits. The first one has the sums of reservations, with the peaks.
  if count > 0 and string.byte(&value, peaks + 1) == 2 then peaks = peaks + 55 else peaks = nil end
  while record < count or at <= last do
    local kind, id, units, part, was, peak, till = 1
    local set, start, size = stamp, at, 0
    if record < count then
      id = unpack('<I3', &value, ids + 3 * record)
      if id < 8388608 then
        kind, till = 0, real + left
        units, part, was, peak, at = unpack('<dI5dd', &value, at)
      else
        units, till, at = unpack('<dI6', &value, at)
        peak = units
        if peaks then peak, peaks = unpack('<d', &value, peaks) end
      end
    else
      size, kind, id, till = unpack('<BBI3I6', &value, at)
      -- Not written by this library: the loop would not end.
      if size < 11 then return pack('<Bd', 2, real) end
      if kind == 0 then
        set, units, part, was, peak = unpack('<I6dI5dd', &value, at + 11)
      elseif kind == 1 then
        units, peak = unpack('<dd', &value, at + 11)
      end
      at = at + size
    end
    record = record + 1
    -- It has grants or a rollover, which only the other script knows.
    if (kind == 3 or kind == 7) and till > real then return pack('<Bd', 3, real) end
    if kind == 2 then
      if till > real then &ops, &sums = till, sub(&value, start + 11, start + 54) end
    else{{found}}if till > real then
      -- A limit that this caller does not know is kept until it cannot matter any more.
      if size > 0 then &extra = &extra .. sub(&value, start, start + size - 1)
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
--= clamp
--- drain
do
  local past, parts, drain = &now - @stamp, @parts, @drain
  if past < 0 then past = 0 end
  local step = @cap / drain
  if @was ~= @cap then
    -- The old rate applies up to now.
    local b
    step, b = @was, parts * step
    local period = b
    while b > 0 do step, b = b, step % b end
    parts, drain = period / step, @was / step
  end
  --= drains
  --= less
  if @was ~= @cap then
    local new = @cap / @drain
    --= recast
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
--- roll-over-session
if @ends > 0 then
  if real >= @ends then @units, @peak, @ends = 0, 0, 0
  -- Sessions were longer when it began, or the clock was set back.
  elseif @ends > @next + 5000 then @ends, &changed = @next, true
  elseif @ends > &kept then &kept = @ends end
end
--- keep-sums
if &ops <= real then &ops, &sums = 0, '' elseif &ops > &kept then &kept = &ops end
--- open
local &open = 0
if &ops > 0 then
  local old, oldend, young, youngend = unpack('<dI6dI6', &sums, 9)
  &open = (real < oldend and old or 0) + (real < youngend and young or 0)
end
--- sums
local &life, &old, &oldend, &young, &youngend, &turn = 0, 0, 0, 0, 0, 0
--- turn
if &ops > 0 then
  if &sums ~= '' then &life, &old, &oldend, &young, &youngend, &turn = unpack('<ddI6dI6d', &sums) end
  --= turn
else
  &life, &old, &oldend, &young, &youngend, &turn = 0, 0, 0, 0, 0, 0
end
--- open-room
local $room = 9007199254740992
--- room
if &closed == 1 then $room = 0 end
--- room-rolling
do
  --= free
  if free < $room then $room = free end
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
--- unknown
if $taken == 0 and call('GET', KEYS[{{operation}}]) then return pack('<Bd', 3, real) end
--- before
local @before = @peak
--- hold-begin
  if $taken > 0 then
--- hold
  local dying = dies < 281474976710655 and dies or 281474976710655
  if reserves == 1 then
    --= hold
  end
  -- A little later than needed, so that not each reservation gives the key a new deadline.
  if dying > &ops then
    &ops = dying + keep / 8
    &ops = &ops < 281474976710655 and &ops - &ops % 1 or 281474976710655
  end
  -- The operation is known already. The other script decides what this command is.
  if not call('SET', KEYS[{{operation}}], pack('<c{{signature}}ddBBddd{{format}}', &signature, &life, dies,
      reserves, 0, $taken, $taken, &turn{{variables}}), 'EX', lives, 'NX') then
    for i = {{first}}, {{operation}} - 1 do call('DEL', KEYS[i]) end
    return pack('<Bd', 3, real)
  end
  end
--- drains-rolling
  local @until = 0
  do
    local parts, drain, up = @parts, @drain, false
    --= draining
    @until = real + millis
    if @until > 9007199254740991 then @until = 9007199254740991 end
  end
--- make-sums
    &sums = pack('<ddI6dI6d', &life, &old, &oldend, &young, &youngend, &turn)
--- read-held
local &held = call('GET', KEYS[{{operation}}])
if not &held or #&held ~= {{length}} then return pack('<Bd', 3, real) end
--- same-session
-- A session that began when sessions were longer. Its end changes after the refund.
if @ends > @next + 5000 then return pack('<Bd', 3, real) end
--- same-capacity
if @was ~= @cap then return pack('<Bd', 3, real) end
--- settle
local $taken = 0
do
  local signature, life, dies, reserves, settled, taken, units, turn{{variables}}
    = unpack('<c{{signature}}ddBBddd{{format}}', &held)
  if signature ~= &signature or &ops == 0 or dies <= real or life ~= &life or reserves ~= 1 or settled == 1
    or $cost > units then return pack('<Bd', 3, real) end
  local back = units - $cost
  if back > 0 then
{{back}}  end
  --= release
end
--- back-rolling
    -- Refunds what has not refilled.
    if @until > &now and (@units > 0 or @part > 0) then
      local past, parts, drain = @until - &now, @parts, @drain
      --= drains
      if whole >= back then whole, part = back, 0 end
      --= less
      if @units == 0 and @part == 0 then @peak = 0 end
    end
--- back-calendar
    --= back-calendar
--- forget
call('DEL'{{keys}})
--- reply-operate
local reply = pack('<BdBB{{format}}', 0, real, {{outcome}}, 0{{variables}})
--- reply
local reply = pack('<Bdd{{format}}', 0, real, done{{variables}})
--- reply-more
reply = reply .. pack('<{{format}}', {{variables}})
--- write-begin
if $taken > 0 or (&changed and calls > 0) then
--- add-rolling
  do
    --= add
    --= raise-peak
    --= full
    if full > &till then &till = full end
  end
--- add-calendar
  if $taken > 0 then
    --= add
    if @ends == 0 then @ends = @next end
    if @units > @peak then @peak = @units end
  end
  if @ends > &till then &till = @ends end
--- expire
  if &ops > &till then &till = &ops end
  --= seconds
--- write-packed
  local value
  if &extra == '' and &ops > 0 then
    value = {{pack-held}}
  elseif &extra == ''{{plain}} then
    value = {{pack}}
  end
  if value then
    -- The key already lives as long as the window that it has.
    if &till <= &kept then call('SET', KEYS[{{key}}], value, 'KEEPTTL')
    else call('SET', KEYS[{{key}}], value, 'EX', ttl) end
  else
    local sub = string.sub
--- write-records
    local value = '\16'
{{records}}{{make-sums}}    if &ops > 0 then value = value .. pack('<BBI3I6', 55, 2, 0, &ops) .. &sums end
    call('SET', KEYS[{{key}}], value .. &extra, 'EX', ttl)
--- record-rolling
    do
      --= full
      value = value .. '\46\0' .. sub(&signature, {{first}}, {{last}})
        .. pack('<I6I6dI5dd', full, &now, @units, @part, @was, @peak)
    end
--- record-calendar
    if @ends > 0 then
      value = value .. '\27\1' .. sub(&signature, {{first}}, {{last}}) .. pack('<I6dd', @ends, @units, @peak)
    end
