package dev.quota.message;

import dev.quota.Action;

/**
 * The arguments of a sentence that tells one thing to do.
 *
 * @param language cleans the label
 * @param action what to do
 */
record ActionWords(Language language, Action action) implements Arguments {

  @Override
  public void append(String name, StringBuilder out) {
    switch (name) {
      case "label" -> language.appendLabel(action.label(), out);
      case "address" -> out.append(action.href());
      default -> throw new IllegalArgumentException("name must be label or address, was " + name);
    }
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
