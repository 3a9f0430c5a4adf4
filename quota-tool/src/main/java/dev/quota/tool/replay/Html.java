package dev.quota.tool.replay;

/** Writes HTML and SVG. All text and all values of attributes are escaped. Not thread-safe. */
final class Html {

  private final StringBuilder page = new StringBuilder(32_768);

  Html open(String element, String... attributes) {
    page.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      page.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      page.append('"');
    }
    page.append('>');
    return this;
  }

  Html close(String element) {
    page.append("</").append(element).append(">\n");
    return this;
  }

  Html text(String text) {
    escape(text);
    return this;
  }

  Html element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close(element);
  }

  /** Adds text without escaping. Only for text of this program, such as the style sheet. */
  Html own(String markup) {
    page.append(markup);
    return this;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> page.append("&lt;");
        case '>' -> page.append("&gt;");
        case '&' -> page.append("&amp;");
        case '"' -> page.append("&quot;");
        default -> page.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
