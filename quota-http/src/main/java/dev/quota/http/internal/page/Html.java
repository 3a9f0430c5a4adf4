package dev.quota.http.internal.page;

/** Collects a page. Text is escaped for elements and for quoted attributes. Not thread-safe. */
public final class Html {

  private final StringBuilder page = new StringBuilder(4_096);

  /** Adds trusted markup. */
  public Html raw(String markup) {
    page.append(markup);
    return this;
  }

  /** Adds untrusted text. */
  public Html text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> page.append("&amp;");
        case '<' -> page.append("&lt;");
        case '>' -> page.append("&gt;");
        case '"' -> page.append("&quot;");
        case '\'' -> page.append("&#39;");
        default -> page.append(c);
      }
    }
    return this;
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
