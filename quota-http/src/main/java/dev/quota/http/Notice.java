package dev.quota.http;

/**
 * A server-sent event about a reservation, to be framed by the stack.
 *
 * @param event the name of the event; empty for one without a name
 * @param data a JSON document on one line
 */
public record Notice(String event, String data) {

  /**
   * Returns the event as the text of a stream, with the empty line that ends it.
   *
   * @return the frame
   */
  public String frame() {
    String name = event.isEmpty() ? "" : "event: " + event + "\n";
    return name + "data: " + data + "\n\n";
  }
}
