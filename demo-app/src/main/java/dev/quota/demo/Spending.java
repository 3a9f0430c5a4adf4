package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.CharConversionException;
import java.io.IOException;

/**
 * A request to use up units, read from {@code {"quota": "chat", "amount": 40, "atOnce": false}}.
 *
 * @param quota the name of a quota, as it was sent
 * @param amount from 1 to {@value #MAX_AMOUNT}
 * @param atOnce whether all of it must fit now, instead of over some minutes
 */
record Spending(String quota, long amount, boolean atOnce) {

  static final long MAX_AMOUNT = 10_000;

  private static final int MAX_DIGITS = 5;
  private static final int MAX_BYTES = 1_024;
  private static final String EXPECTED =
      "Send {\"quota\": \"chat\", \"amount\": 40} as JSON, with an amount from 1 to "
          + MAX_AMOUNT
          + ".";

  /** A body is not valid. The message says why. */
  static final class BadSpendingException extends Exception {

    private static final long serialVersionUID = 1;

    BadSpendingException(String reason) {
      super(reason + " " + EXPECTED);
    }

    Problem problem() {
      return new Problem(400, "Nothing to use up", String.valueOf(getMessage()));
    }
  }

  /** Reads the body of a request. */
  static Spending read(HttpServletRequest request) throws IOException, BadSpendingException {
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw new BadSpendingException("The body is larger than " + MAX_BYTES + " bytes.");
    }
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      return parse(json);
    } catch (JsonProcessingException | CharConversionException e) {
      throw new BadSpendingException("The body is not JSON.");
    }
  }

  private static Spending parse(JsonParser json) throws IOException, BadSpendingException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new BadSpendingException("The body is not a JSON object.");
    }
    String quota = "";
    long amount = 0;
    boolean atOnce = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "quota" -> quota = value == JsonToken.VALUE_STRING ? json.getText() : "";
        case "amount" -> amount = small(json, value);
        case "atOnce" -> atOnce = value == JsonToken.VALUE_TRUE;
        default -> {} // other members are ignored
      }
      json.skipChildren();
    }
    if (quota.isEmpty()) {
      throw new BadSpendingException("The member quota must be the name of a quota.");
    }
    if (amount < 1 || amount > MAX_AMOUNT) {
      throw new BadSpendingException("The member amount is missing or out of range.");
    }
    return new Spending(quota, amount, atOnce);
  }

  /** Returns a whole number of few digits, and zero for everything else. */
  private static long small(JsonParser json, JsonToken value) throws IOException {
    boolean isSmall = value == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_DIGITS;
    return isSmall ? json.getLongValue() : 0;
  }
}
