package dev.quota.internal.yaml;

import dev.quota.internal.text.PhraseException;
import dev.quota.internal.text.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects what is wrong with one file. Not thread-safe. */
public final class Mistakes {

  /** The most mistakes that are collected. Nobody reads more. */
  public static final int MOST = 100;

  /** Stops the reading of the file. */
  public static final class TooMany extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TooMany() {
      super("too many mistakes", null, false, false);
    }
  }

  private final String file;
  private final List<Found> found = new ArrayList<>();

  /** Makes the form of a mistake that a caller needs. */
  @FunctionalInterface
  public interface Shape<T> {

    /** Returns a mistake. Lines and columns count from 1. */
    T of(String file, int line, int column, String problem);
  }

  private record Found(Position at, String problem) {}

  public Mistakes(String file) {
    this.file = Shown.onOneLine(file);
  }

  /**
   * Adds a mistake.
   *
   * @throws TooMany after {@link #MOST} mistakes
   */
  public void add(Position at, String problem) {
    if (found.size() == MOST) {
      found.add(
          new Found(at, "there are more mistakes; mend the first " + MOST + " and try again"));
      throw new TooMany();
    }
    found.add(new Found(at, Shown.onOneLine(problem)));
  }

  /**
   * Returns the result of an action. If it throws an IllegalArgumentException, adds a mistake at
   * that place.
   */
  public <T> Optional<T> attempt(Position at, Supplier<T> action) {
    try {
      return Optional.of(action.get());
    } catch (IllegalArgumentException e) {
      add(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Returns what is read from a text. If the text is malformed, adds a mistake. */
  public <T> Optional<T> read(YamlNode.Scalar text, Function<String, T> reader) {
    try {
      return Optional.of(reader.apply(text.text()));
    } catch (PhraseException e) {
      add(text.at(e.offset()), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      add(text.at(), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  public int count() {
    return found.size();
  }

  /** Returns the mistakes in the order of the file. */
  public <T> List<T> inOrder(Shape<T> shape) {
    return found.stream()
        .sorted(Comparator.comparing(Found::at))
        .map(one -> shape.of(file, one.at().line(), one.at().column(), one.problem()))
        .toList();
  }
}
