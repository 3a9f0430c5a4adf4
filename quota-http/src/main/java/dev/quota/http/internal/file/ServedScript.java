package dev.quota.http.internal.file;

import java.util.ArrayList;
import java.util.List;

/**
 * A script as browsers get it: without the lines that are nothing but a comment, and without
 * indentation. Lines are left alone otherwise, so that an error's line can be found by its text.
 */
public final class ServedScript {

  private ServedScript() {}

  /**
   * Returns the script without what only its authors need.
   *
   * @param source a script of ours, in which a comment that begins a line also ends one, and whose
   *     template literals have no line that begins as a comment does
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
