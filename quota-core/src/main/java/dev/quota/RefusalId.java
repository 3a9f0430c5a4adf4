package dev.quota;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of one refusal. With it a person's report, a log line and an event can be matched. The
 * text is created at the first call of {@link #text}. Thread-safe.
 */
public final class RefusalId {

  private @Nullable String text;

  /** Creates an id that no other refusal has. */
  public RefusalId() {}

  /**
   * Returns the id as a URN (RFC 9562), such as {@code
   * urn:uuid:0b8d2a5e-5d3f-4c0c-9a53-1f3f0f9a6c11}. It is random and says nothing about the
   * subject.
   *
   * @return the same text at each call
   */
  public synchronized String text() {
    String made = text;
    if (made == null) {
      made = "urn:uuid:" + UUID.randomUUID();
      text = made;
    }
    return made;
  }

  /**
   * Returns the id.
   *
   * @return {@link #text}
   */
  @Override
  public String toString() {
    return text();
  }
}
