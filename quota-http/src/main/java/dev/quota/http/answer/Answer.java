package dev.quota.http.answer;

import dev.quota.Decision;
import dev.quota.http.internal.cache.SharedCache;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A complete HTTP answer, which the adapter writes: to a request that does not reach its endpoint,
 * or from the state endpoints. Not thread-safe.
 */
public final class Answer {

  /** The form of the body. */
  public enum Form {
    /** JSON for programs. */
    JSON,
    /** One sentence as plain text, for programs that show a body as it is. */
    SENTENCE,
    /** An HTML page for a person in a browser. */
    PAGE,
    /** Something else, such as a file or no body. */
    OTHER
  }

  private final int status;
  private final HeaderFields headers;
  private final List<String> exposed;
  private final Form form;
  private final boolean uncached;
  private final Optional<RefusedRequest> refusal;
  private final Optional<Decision> decision;
  private final Supplier<Content> body;
  private Optional<Content> rendered = Optional.empty();

  private Answer(Builder builder) {
    status = builder.status;
    headers = builder.headers;
    exposed = builder.exposed;
    form = builder.form;
    uncached = builder.uncached;
    refusal = builder.refusal;
    decision = builder.decision;
    body = builder.body;
  }

  /**
   * Starts an answer.
   *
   * @param status the HTTP status
   * @return a builder, to be used by one thread
   */
  public static Builder of(int status) {
    return new Builder(status);
  }

  /**
   * Returns the HTTP status.
   *
   * @return the status
   */
  public int status() {
    return status;
  }

  /**
   * Returns the header fields, which {@link #writeHeaders} writes.
   *
   * @return the fields, without those of the {@linkplain #content body}
   */
  public HeaderFields headers() {
    return headers;
  }

  /**
   * Returns the form of the body.
   *
   * @return the form
   */
  public Form form() {
    return form;
  }

  /**
   * Writes the header fields to an answer that may have fields of others. {@code Vary} is added to
   * existing values, and each other field replaces one of its name. If the answer is personal,
   * existing cache headers are replaced, so that no cache stores it.
   *
   * @param answer the headers of the answer
   */
  public void writeHeaders(AnswerHeaders answer) {
    if (uncached) {
      SharedCache.forbid(List.copyOf(answer.names()), answer::set);
    }
    headers.forEach(
        (name, value) -> {
          if (name.equals("Vary")) {
            addOnce(name, value, answer);
          } else {
            answer.set(name, value);
          }
        });
    answer.expose(exposed);
  }

  private static void addOnce(String name, String line, AnswerHeaders answer) {
    for (String other : answer.names()) {
      if (other.equalsIgnoreCase(name) && answer.values(other).contains(line)) {
        return;
      }
    }
    answer.add(name, line);
  }

  /**
   * Returns the refusal, for an adapter that renders refusals itself.
   *
   * @return the refusal; empty for other answers and for malformed requests
   */
  public Optional<RefusedRequest> refusal() {
    return refusal;
  }

  /**
   * Returns the decision of the engine.
   *
   * @return the decision; empty if there was none
   */
  public Optional<Decision> decision() {
    return decision;
  }

  /**
   * Returns the body, which is rendered at the first call.
   *
   * @return the body
   */
  public Content content() {
    if (rendered.isEmpty()) {
      rendered = Optional.of(body.get());
    }
    return rendered.get();
  }

  /** Collects an answer. Not thread-safe. */
  public static final class Builder {

    private final int status;
    private final HeaderFields headers = new HeaderFields();
    private List<String> exposed = List.of();
    private Form form = Form.OTHER;
    private boolean uncached;
    private Optional<RefusedRequest> refusal = Optional.empty();
    private Optional<Decision> decision = Optional.empty();
    private Supplier<Content> body = () -> Content.NONE;

    private Builder(int status) {
      this.status = status;
    }

    /**
     * Sets a field.
     *
     * @param name the name
     * @param value the value
     * @return this builder
     */
    public Builder header(String name, String value) {
      headers.put(name, value);
      return this;
    }

    /**
     * Sets fields that pages of other origins may read.
     *
     * @param fields the fields
     * @param names the names of the exposed fields
     * @return this builder
     */
    public Builder headers(HeaderFields fields, List<String> names) {
      fields.forEach(headers::put);
      exposed = List.copyOf(names);
      return this;
    }

    /**
     * Forbids caches to store the answer.
     *
     * @return this builder
     */
    public Builder uncached() {
      uncached = true;
      return this;
    }

    /**
     * Sets the refusal.
     *
     * @param refused the refusal
     * @return this builder
     */
    public Builder refusal(RefusedRequest refused) {
      refusal = Optional.of(refused);
      return this;
    }

    /**
     * Sets the decision of the engine.
     *
     * @param refused the decision
     * @return this builder
     */
    public Builder decision(Optional<Decision> refused) {
      decision = refused;
      return this;
    }

    /**
     * Sets the body.
     *
     * @param what the form
     * @param content renders the body when it is needed
     * @return this builder
     */
    public Builder body(Form what, Supplier<Content> content) {
      form = what;
      body = Objects.requireNonNull(content, "content");
      return this;
    }

    /**
     * Returns the answer.
     *
     * @return the answer
     */
    public Answer build() {
      return new Answer(this);
    }
  }
}
