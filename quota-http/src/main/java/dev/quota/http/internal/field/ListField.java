package dev.quota.http.internal.field;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the elements of a request header that is a list (RFC 9110, section 5.6.1). Their number is
 * bounded, because each takes time and containers allow thousands. Stateless.
 */
public final class ListField {

  public static final int MOST_ELEMENTS = 64;
  public static final int MOST_CHARACTERS = 4_096;

  private ListField() {}

  /**
   * Returns the first elements of all lines, without the space around them and without empty ones.
   */
  public static List<String> of(List<String> lines) {
    List<String> elements = new ArrayList<>();
    int left = MOST_CHARACTERS;
    for (String line : lines) {
      if (left <= 0) {
        break;
      }
      add(line.substring(0, Math.min(line.length(), left)), line.length() > left, elements);
      left -= line.length() + 1;
    }
    return elements;
  }

  private static void add(String line, boolean cut, List<String> elements) {
    int start = 0;
    while (start <= line.length() && elements.size() < MOST_ELEMENTS) {
      int comma = line.indexOf(',', start);
      if (comma < 0 && cut) {
        // A cut element is ignored.
        return;
      }
      int end = comma < 0 ? line.length() : comma;
      String element = line.substring(start, end).strip();
      if (!element.isEmpty()) {
        elements.add(element);
      }
      start = end + 1;
    }
  }
}
