package dev.quota.redis;

/**
 * The scripts for what is rare: giving back and charging more, and forgetting a key. They loop over
 * whatever is stored.
 */
final class AdjustScript {

  private static final String ADJUST = LuaText.read("adjust.lua");

  private static final String RESET =
      """
      for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end
      return struct.pack('<Bd', 0, real)
      """;

  private AdjustScript() {}

  /** Returns the script that settles; {@link AdjustCall} packs its argument. */
  static Script adjust(Script.Clock clock) {
    return Script.of("-- quota adjust\n" + clock.lua + ADJUST);
  }

  /** Returns the script that forgets keys. */
  static Script reset(Script.Clock clock) {
    return Script.of("-- quota reset\n" + clock.lua + RESET);
  }
}
