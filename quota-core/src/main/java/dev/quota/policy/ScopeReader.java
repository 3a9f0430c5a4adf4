package dev.quota.policy;

import dev.quota.Scope;
import dev.quota.policy.YamlNode.Scalar;
import java.util.Optional;

/** Reads what a quota or a limit counts on. */
final class ScopeReader {

  private final Mistakes mistakes;

  ScopeReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the value of the key {@code scope}, if it is there and nothing is wrong with it. */
  Optional<Scope> read(Section section) {
    Optional<YamlNode> node = section.node("scope");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (node.get() instanceof Scalar scalar && scalar.text().equals("conversation")) {
      mistakes.add(scalar.at(), "the scope conversation is not supported yet");
      return Optional.empty();
    }
    return section.word("scope", Scope.values(), Scope::text);
  }
}
