package dev.quota.policy;

import dev.quota.internal.PhraseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects what is wrong with one file. Not thread-safe. */
final class Mistakes {

  /** Nobody reads more, and each takes time to explain. */
  static final int MOST = 100;

  /** Ends reading. */
  static final class TooMany extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TooMany() {
      super("too many mistakes", null, false, false);
    }
  }

  private final String file;
  private final List<Found> found = new ArrayList<>();

  private record Found(Position at, String problem) {}

  Mistakes(String file) {
    this.file = Shown.onOneLine(file);
  }

  /**
   * Adds a mistake.
   *
   * @throws TooMany after the last one that anybody will read
   */
  void add(Position at, String problem) {
    if (found.size() == MOST) {
      found.add(
          new Found(at, "there are more mistakes; mend the first " + MOST + " and try again"));
      throw new TooMany();
    }
    found.add(new Found(at, Shown.onOneLine(problem)));
  }

  /** Returns what an action makes; if it refuses its arguments, that is a mistake at that place. */
  <T> Optional<T> attempt(Position at, Supplier<T> action) {
    try {
      return Optional.of(action.get());
    } catch (IllegalArgumentException e) {
      add(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Returns what is read from a text; if it is malformed, that is a mistake in that text. */
  <T> Optional<T> read(YamlNode.Scalar text, Function<String, T> reader) {
    try {
      return Optional.of(reader.apply(text.text()));
    } catch (PhraseException e) {
      add(text.at(e.offset()), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      add(text.at(), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  int count() {
    return found.size();
  }

  /** Returns the mistakes in the order of the file. */
  List<Mistake> inOrder() {
    return found.stream()
        .sorted(Comparator.comparing(Found::at))
        .map(one -> new Mistake(file, one.at().line(), one.at().column(), one.problem()))
        .toList();
  }
}
