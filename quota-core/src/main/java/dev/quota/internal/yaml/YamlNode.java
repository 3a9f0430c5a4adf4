package dev.quota.internal.yaml;

import dev.quota.internal.text.Shown;
import java.util.List;
import java.util.Optional;

/** A part of a YAML file: unconverted text with its positions. */
public sealed interface YamlNode {

  /** Returns where it starts. */
  Position at();

  /** Returns what it is, for messages. */
  String kind();

  /** Returns this as a mapping. If it is something else, adds a mistake. */
  default Optional<Mapping> asMapping(String expected, Mistakes mistakes) {
    return as(Mapping.class, expected, mistakes);
  }

  /** Returns this as a list. If it is something else, adds a mistake. */
  default Optional<Sequence> asSequence(String expected, Mistakes mistakes) {
    return as(Sequence.class, expected, mistakes);
  }

  /** Returns this as a single value. If it is something else, adds a mistake. */
  default Optional<Scalar> asScalar(String expected, Mistakes mistakes) {
    if (this instanceof Scalar scalar && scalar.isEmpty()) {
      mistakes.add(at(), expected + ", was empty");
      return Optional.empty();
    }
    return as(Scalar.class, expected, mistakes);
  }

  private <T> Optional<T> as(Class<T> wanted, String expected, Mistakes mistakes) {
    if (!wanted.isInstance(this) && !(this instanceof Refused)) {
      mistakes.add(at(), expected + ", was " + kind());
    }
    return wanted.isInstance(this) ? Optional.of(wanted.cast(this)) : Optional.empty();
  }

  /**
   * A single value.
   *
   * @param at where it starts, quotes included
   * @param text the text, without the types of YAML
   * @param lead the number of characters before the text: 1 for a quote
   * @param verbatim whether the text is in the file unchanged and on one line
   */
  record Scalar(Position at, String text, int lead, boolean verbatim) implements YamlNode {

    /** Returns the place of a character of the text, or the start if it is not known. */
    public Position at(int offset) {
      return verbatim ? at.right(lead + text.codePointCount(0, offset)) : at;
    }

    public boolean isEmpty() {
      return lead == 0 && text.isEmpty();
    }

    @Override
    public String kind() {
      return isEmpty() ? "empty" : Shown.text(text);
    }
  }

  /** A list. */
  record Sequence(Position at, List<YamlNode> items) implements YamlNode {

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A mapping whose keys are unique single values. */
  record Mapping(Position at, List<Pair> pairs) implements YamlNode {

    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /** A key and its value. */
  record Pair(Scalar key, YamlNode value) {}

  /** A node that was reported as a mistake already, such as an alias. It must be ignored. */
  record Refused(Position at) implements YamlNode {

    @Override
    public String kind() {
      return "refused";
    }
  }
}
