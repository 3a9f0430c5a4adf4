package dev.quota.policy;

import java.util.Objects;

/**
 * One mistake in a policy file. Values are immutable.
 *
 * @param file the file's name as given by the caller
 * @param line the line, 1 for the first; 1 for a mistake about the file as a whole
 * @param column the character in the line, 1 for the first
 * @param problem what is wrong and what is allowed, on one line
 */
public record Mistake(String file, int line, int column, String problem) {

  /**
   * Checks the values.
   *
   * @param file the component
   * @param line the component
   * @param column the component
   * @param problem the component
   * @throws IllegalArgumentException if the line or the column is below 1
   */
  public Mistake {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(problem, "problem");
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException(
          "line and column must be at least 1, was " + line + ":" + column);
    }
  }

  /**
   * Returns the mistake in the format of compilers.
   *
   * @return {@code file:line:column: problem}
   */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + problem;
  }
}
