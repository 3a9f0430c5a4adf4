package dev.quota.message;

/** Says what is wrong with a template, and where. */
final class TemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int offset;

  TemplateException(String problem, int offset) {
    super(problem);
    this.offset = offset;
  }

  /** Returns characters from the template's start, 0 for the first. */
  int offset() {
    return offset;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
