package dev.quota.httptests;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What a request asks of an endpoint. It is done in this order: write {@link #early}, add the
 * headers, refund, set the status, redirect or write the text.
 *
 * @param early a part of the body that is written before anything else
 * @param headers what the answer has
 * @param refunds whether the endpoint refunds its charge
 * @param status what the endpoint answers
 * @param redirect where the endpoint redirects to, with 302
 */
public record Asked(
    Optional<String> early,
    List<Header> headers,
    boolean refunds,
    OptionalInt status,
    Optional<String> redirect) {

  /**
   * One line.
   *
   * @param name the name
   * @param value the value
   */
  public record Header(String name, String value) {}

  /**
   * Reads what a request asks.
   *
   * @param parameter finds a parameter of the query
   * @param lines of the header {@code X-Set}
   * @return what is asked
   */
  public static Asked of(Function<String, Optional<String>> parameter, List<String> lines) {
    Optional<String> status = parameter.apply("status");
    return new Asked(
        parameter.apply("early"),
        lines.stream()
            .map(line -> line.split(": ?", 2))
            .map(it -> new Header(it[0], it[1]))
            .toList(),
        parameter.apply("back").isPresent(),
        status.isPresent() ? OptionalInt.of(Integer.parseInt(status.get())) : OptionalInt.empty(),
        parameter.apply("to"));
  }

  /**
   * Returns the text of {@code /keyed}. With the parameter {@code running}, a repetition is refused
   * as running instead.
   *
   * @param isRepetition whether the charge had been made before
   * @param idempotencyId what the answer is stored by
   * @return the text
   */
  public static String keyed(boolean isRepetition, Optional<String> idempotencyId) {
    return (isRepetition ? "again " : "first ") + idempotencyId.orElse("without a key");
  }

  /**
   * Returns what {@code /tokens} reserves and uses: it reserves as many {@code tokens}, and answers
   * a refusal. It says what it used. Then it sends the notices as events: {@code grace}; if the
   * work must not go on, {@code cut} and the errors of OpenAI's and Anthropic's shape; and {@code
   * settled}, of the reservation settled as used.
   *
   * @param parameter finds a parameter of the query
   * @return the numbers
   */
  public static Tokens tokens(Function<String, Optional<String>> parameter) {
    return new Tokens(
        Long.parseLong(parameter.apply("reserve").orElseThrow()),
        Long.parseLong(parameter.apply("use").orElseThrow()));
  }

  /**
   * Units.
   *
   * @param reserve to reserve
   * @param use to use
   */
  public record Tokens(long reserve, long use) {}
}
