package dev.quota.benchmarks.redis;

import java.util.List;

/** The floor: what any decision with one script call costs before the script does anything. */
final class EmptyScript implements Contender {

  /** As much as Quota sends for three limits, so that the floor writes as many bytes. */
  static final int ARGUMENT_BYTES = 112;

  private final Script script;
  private final List<String> keys;
  private final byte[] argument = new byte[ARGUMENT_BYTES];

  EmptyScript(Node node) {
    script = Script.ofBytes(node, "return '1'");
    keys = keys(node.ids());
  }

  /** Returns keys of the length that Quota's have. */
  static List<String> keys(List<String> ids) {
    return ids.stream().map(id -> "e{" + "-".repeat(16 - id.length()) + id + "}chat").toList();
  }

  @Override
  public boolean decide(int user) {
    return script.bytes(keys.get(user), argument)[0] == '1';
  }
}
