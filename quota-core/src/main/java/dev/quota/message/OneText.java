package dev.quota.message;

import java.util.function.Consumer;

/**
 * The argument of a template with a single argument.
 *
 * @param name its name
 * @param text appends it
 */
record OneText(String name, Consumer<StringBuilder> text) implements Arguments {

  @Override
  public void append(String wanted, StringBuilder out) {
    if (!wanted.equals(name)) {
      throw new IllegalArgumentException("name must be " + name + ", was " + wanted);
    }
    text.accept(out);
  }

  @Override
  public long count(String wanted) {
    throw new IllegalArgumentException("name must be a number, was " + wanted);
  }

  @Override
  public String choice(String wanted) {
    throw new IllegalArgumentException("name must be a choice, was " + wanted);
  }
}
