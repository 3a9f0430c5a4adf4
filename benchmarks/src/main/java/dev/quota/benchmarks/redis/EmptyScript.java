package dev.quota.benchmarks.redis;

import java.util.List;

/**
 * The baseline: the cost of a script call that does nothing. Every decision with one script call
 * costs at least this.
 */
final class EmptyScript implements Contender {

  /** The number of bytes that Quota sends for three limits, so that the baseline sends the same. */
  static final int ARGUMENT_BYTES = 112;

  private final Script script;
  private final List<String> keys;
  private final byte[] argument = new byte[ARGUMENT_BYTES];

  EmptyScript(Node node) {
    script = Script.ofBytes(node, "return '1'");
    keys = keys(node.ids());
  }

  /** Returns keys of the same length as those of Quota. */
  static List<String> keys(List<String> ids) {
    return ids.stream().map(id -> "e{" + "-".repeat(16 - id.length()) + id + "}chat").toList();
  }

  @Override
  public boolean decide(int user) {
    return script.bytes(keys.get(user), argument)[0] == '1';
  }
}
