-- The arithmetic of limits, written once for the scripts of take.lua and for operate.lua. A line
-- "--= name" there stands for the lines of a rule here.
--
-- @name is a variable of a limit, &name of a count, $taken how many units are added. In take.lua
-- they are local variables of Lua; in operate.lua they are fields, see LuaRules. All other names
-- are local variables of the place that uses the rule.
--- clamp
if @stamp > &now then
  if @stamp - real <= 5000 then &now = @stamp
  -- The clock was set back. A refusal writes that down too, or it would promise a wait in vain.
  else @stamp, &changed = real, true end
end
--- drains
-- What drains in the time "past": whole units, and parts. No product leaves the integers.
local rest = past % parts
local whole = (past - rest) / parts * drain
rest = rest * drain
local part = rest % parts
whole = whole + (rest - part) / parts
--- less
-- Takes "whole" units and "part" parts off, of which a unit has "parts".
@units, @part = @units - whole, @part - part
if @part < 0 then @units, @part = @units - 1, @part + parts end
if @units < 0 then @units, @part = 0, 0 end
--- recast
-- Counts the same use under another capacity, in parts of its size, rounded up. "step" and "new"
-- are what a capacity and the period have in common: of the old capacity, and of the new one.
local a, b = step, new
while b > 0 do a, b = b, a % b end
@part = math.ceil(@part * (step / a) / (new / a))
if @part == @parts then @units, @part = @units + 1, 0 end
if @units > 0 or @part > 0 then &changed = true end
@was = @cap
--- draining
-- How long units take to drain, rounded up or down.
local rest = $taken % drain
local millis = ($taken - rest) / drain * parts
rest = rest * parts / drain
millis = millis + (up and math.ceil(rest) or math.floor(rest))
--- free
-- A part of a unit takes the place of a whole one.
local free = @cap - @units
if @part > 0 then free = free - 1 end
--- add
@units = @units + $taken
if @units > 9007199254740991 then @units = 9007199254740991 end
--- raise-peak
local used = @part > 0 and @units + 1 or @units
if $taken > 0 and used > @peak then @peak = used end
--- back-calendar
-- Only in the window it was taken from, and no more than was taken from it.
if @ends > 0 and @until == @ends then
  local units = @mine < back and @mine or back
  @units = @units > units and @units - units or 0
end
--- full
-- When a rolling limit is full again, in whole milliseconds.
local full = &now + (@units + 1) * @parts / @drain
full = full < 281474976710655 and full - full % 1 + 1 or 281474976710655
--- turn
-- What died without being settled falls with the sum it is in.
if real >= &oldend or &old == 0 then
  &old, &oldend, &young, &youngend, &turn = &young, &youngend, 0, 0, &turn + 1
  if real >= &oldend then &old, &oldend = 0, 0 end
end
if real >= &youngend then &young, &youngend = 0, 0 end
--- hold
&young = &young + $taken
if dying > &youngend then &youngend = dying end
--- release
-- Somebody may have deleted the count, and with it the sum.
if turn == &turn then &young = &young > units and &young - units or 0
else &old = &old > units and &old - units or 0 end
--- seconds
-- A minute of grace; at most a hundred years, which Redis can still count in milliseconds.
local ttl = (&till - real) / 1000 + 61
ttl = ttl - ttl % 1
if ttl > 3155760000 then ttl = 3155760000 end
