-- The arithmetic of limits, written once for the scripts of take.lua and for operate.lua. A line
-- "--= name" there stands for the lines of a rule here.
--
-- @name is a variable of a limit, &name of a count, and $taken is how many units are added. They are local
-- variables in take.lua, and fields in operate.lua, see LuaRules. All other names are local variables of the
-- code that uses the rule.
--- clamp
if @stamp > &now then
  if @stamp - real <= 5000 then &now = @stamp
  -- The clock was set back. A refusal must store this too, or its wait would be wrong.
  else @stamp, &changed = real, true end
end
--- drains
-- What refills in the time "past": whole units, and parts. All products stay exact integers.
local rest = past % parts
local whole = (past - rest) / parts * drain
rest = rest * drain
local part = rest % parts
whole = whole + (rest - part) / parts
--- less
-- Subtracts "whole" units and "part" parts. A unit has "parts" parts.
@units, @part = @units - whole, @part - part
if @part < 0 then @units, @part = @units - 1, @part + parts end
if @units < 0 then @units, @part = 0, 0 end
--- recast
-- Converts the use to another capacity, in its parts, rounded up. "step" and "new" are the greatest common
-- divisors of the period and the old capacity, and of the period and the new one.
local a, b = step, new
while b > 0 do a, b = b, a % b end
@part = math.ceil(@part * (step / a) / (new / a))
if @part == @parts then @units, @part = @units + 1, 0 end
if @units > 0 or @part > 0 then &changed = true end
@was = @cap
--- draining
-- How long units take to refill in milliseconds, rounded up or down.
local rest = $taken % drain
local millis = ($taken - rest) / drain * parts
rest = rest * parts / drain
millis = millis + (up and math.ceil(rest) or math.floor(rest))
--- free
-- A part of a unit counts as a whole one.
local free = @cap - @units
if @part > 0 then free = free - 1 end
--- add
@units = @units + $taken
if @units > 9007199254740991 then @units = 9007199254740991 end
--- raise-peak
local used = @part > 0 and @units + 1 or @units
if $taken > 0 and used > @peak then @peak = used end
--- back-calendar
-- Only to the window it was taken from, and not more than was taken from it.
if @ends > 0 and @until == @ends then
  local units = @mine < back and @mine or back
  @units = @units > units and @units - units or 0
end
--- full
-- When a rolling limit is full again, in whole milliseconds.
local full = &now + (@units + 1) * @parts / @drain
full = full < 281474976710655 and full - full % 1 + 1 or 281474976710655
--- turn
-- A reservation that was never settled is removed with its sum.
if real >= &oldend or &old == 0 then
  &old, &oldend, &young, &youngend, &turn = &young, &youngend, 0, 0, &turn + 1
  if real >= &oldend then &old, &oldend = 0, 0 end
end
if real >= &youngend then &young, &youngend = 0, 0 end
--- hold
&young = &young + $taken
if dying > &youngend then &youngend = dying end
--- release
-- The count may have been deleted, and the sum with it.
if turn == &turn then &young = &young > units and &young - units or 0
else &old = &old > units and &old - units or 0 end
--- seconds
-- One minute more than needed; at most a hundred years, which Redis can still store in milliseconds.
local ttl = (&till - real) / 1000 + 61
ttl = ttl - ttl % 1
if ttl > 3155760000 then ttl = 3155760000 end
