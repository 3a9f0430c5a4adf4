package dev.quota.message;

/** A template is malformed. It says what is wrong and where. */
final class TemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int offset;

  TemplateException(String problem, int offset) {
    super(problem);
    this.offset = offset;
  }

  /**
   * Returns the position of the mistake, in characters from the template's start; 0 for the first.
   */
  int offset() {
    return offset;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
