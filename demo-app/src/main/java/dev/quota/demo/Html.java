package dev.quota.demo;

/** Escapes text for HTML. */
final class Html {

  private Html() {}

  /** Returns text that can stand between tags and in a quoted attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
