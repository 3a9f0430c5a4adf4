package dev.quota.message;

import dev.quota.policy.Action;
import java.util.Optional;

/**
 * The arguments of a sentence about one action.
 *
 * @param language cleans the label
 * @param detail the sentences before it
 * @param gives what the person gets by it; empty if it is not known
 * @param action the action
 */
record ActionWords(Language language, String detail, Optional<String> gives, Action action)
    implements Arguments {

  @Override
  public void append(String name, StringBuilder out) {
    switch (name) {
      case "detail" -> out.append(detail);
      case "gives" -> gives.ifPresent(out::append);
      case "label" -> language.appendLabel(action.label(), out);
      case "address" -> address(out);
      default ->
          throw new IllegalArgumentException(
              "name must be detail, gives, label or address, was " + name);
    }
  }

  /** Appends the address unchanged, because people follow it. */
  private void address(StringBuilder out) {
    language.isolate(out);
    out.append(action.href());
    if (language.rightToLeft()) {
      // Programs end an address at a space.
      out.append(' ');
    }
    language.endIsolate(out);
  }

  @Override
  public long count(String name) {
    throw new IllegalArgumentException("name must be a number, was " + name);
  }

  @Override
  public String choice(String name) {
    throw new IllegalArgumentException("name must be a choice, was " + name);
  }
}
