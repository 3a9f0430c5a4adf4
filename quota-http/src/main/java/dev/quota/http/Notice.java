package dev.quota.http;

/**
 * A server-sent event about a reservation. The framework writes it to the stream. Immutable.
 *
 * @param event the name of the event; empty for one without a name
 * @param data a JSON document on one line
 */
public record Notice(String event, String data) {

  /**
   * Returns the event in the format of the stream, with the empty line at its end.
   *
   * @return the text
   */
  public String frame() {
    String name = event.isEmpty() ? "" : "event: " + event + "\n";
    return name + "data: " + data + "\n\n";
  }
}
