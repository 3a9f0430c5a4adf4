package dev.quota.redis;

/**
 * The script for everything that {@link TakeScript} cannot do: operations, reservations, permits,
 * grants, giving back and charging more, and forgetting a key. It loops over whatever is stored.
 */
final class OperateScript {

  private static final String OPERATE = LuaRules.includedWithFields(LuaText.read("operate.lua"));

  private OperateScript() {}

  /** Returns the script; {@link OperateCall} packs its argument. */
  static Script of(Script.Clock clock) {
    return Script.of("-- quota operate\n" + clock.lua + OPERATE);
  }
}
