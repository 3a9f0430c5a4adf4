package dev.quota.redis;

/**
 * The script for everything that {@link TakeScript} cannot do: operations, reservations, permits,
 * grants, refunds, growth and resets. It loops over everything that is stored. Stateless.
 */
final class OperateScript {

  private static final String OPERATE =
      LuaRules.includedWithFields(
          LuaText.read("operate.lua")
              .replace("-- include sliding.lua\n", LuaText.read("sliding.lua"))
              .replace("-- include rollover.lua\n", LuaText.read("rollover.lua")));

  private OperateScript() {}

  /** Returns the script; {@link OperateCall} packs its argument. */
  static Script of(Script.Clock clock) {
    return Script.of("-- quota operate\n" + clock.lua + OPERATE);
  }
}
