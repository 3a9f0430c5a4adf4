package dev.quota.http.internal.state;

/** The grammar of the base path of the state endpoints. Stateless. */
public final class BasePath {

  private static final int LONGEST = 200;
  private static final int SHOWN = 60;

  private BasePath() {}

  /** A loop, because a regular expression would need stack for each character. */
  public static String require(String path) {
    boolean valid = path.startsWith("/") && path.length() <= LONGEST;
    for (int i = 0; valid && i < path.length(); i++) {
      boolean last = i == path.length() - 1;
      valid =
          path.charAt(i) == '/' ? !last && path.charAt(i + 1) != '/' : isSegment(path.charAt(i));
    }
    if (!valid) {
      String shown = path.length() > SHOWN ? path.substring(0, SHOWN) + "…" : path;
      throw new IllegalArgumentException(
          "path must start with a slash, not end with one, and have at most "
              + LONGEST
              + " characters, letters, digits and ._~- between slashes, was \""
              + shown
              + "\"");
    }
    return path;
  }

  private static boolean isSegment(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._~-".indexOf(c) >= 0;
  }
}
