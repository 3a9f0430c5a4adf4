package dev.quota.http.internal.file;

import java.util.ArrayList;
import java.util.List;

/**
 * Removes comment lines and indentation from a script. Other lines stay unchanged, so that the line
 * of an error can be found by its text. Stateless.
 */
public final class ServedScript {

  private ServedScript() {}

  /**
   * Returns the reduced script.
   *
   * @param source a script in which comments at the start of a line take whole lines, and no line
   *     of a template literal looks like a comment
   */
  public static String of(String source) {
    List<String> kept = new ArrayList<>();
    boolean inComment = false;
    for (String line : source.split("\n", -1)) {
      String text = line.strip();
      inComment |= text.startsWith("/*");
      if (!inComment && !text.isEmpty() && !text.startsWith("//")) {
        kept.add(text);
      }
      inComment &= !text.endsWith("*/");
    }
    return String.join("\n", kept) + "\n";
  }
}
