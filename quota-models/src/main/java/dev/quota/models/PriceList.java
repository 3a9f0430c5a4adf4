package dev.quota.models;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.quota.usage.UsageReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Prices of models. Instances are immutable.
 *
 * <pre>{@code
 * PriceList prices = PriceList.builtIn().overriddenBy(PriceList.read("prices.yaml", mine));
 * UsageReport priced = prices.priced(used, "usd", today).orElse(used);
 * }</pre>
 *
 * <p>Prices are facts of a day. The built-in list says of each line where and when it was read; it
 * is a start, and no promise. The longest pattern that fits a model counts, and of its lines that
 * with the latest first day that has come.
 */
public final class PriceList {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> KEYS =
      Set.of(
          "model",
          "currency",
          "input",
          "cached",
          "cache-write",
          "cache-write-1h",
          "output",
          "from",
          "source",
          "read");

  private final List<ModelPrice> prices;

  private PriceList(List<ModelPrice> prices) {
    this.prices =
        prices.stream()
            .sorted(
                Comparator.comparingInt((ModelPrice it) -> it.model().length())
                    .thenComparing(ModelPrice::from)
                    .reversed())
            .toList();
  }

  /**
   * Returns a list of prices.
   *
   * @param prices in any order
   * @return the list
   */
  public static PriceList of(List<ModelPrice> prices) {
    return new PriceList(prices);
  }

  /**
   * Returns the list that comes with the library, {@code dev/quota/models/prices.yaml}.
   *
   * @return the list
   */
  public static PriceList builtIn() {
    return BuiltIn.LIST;
  }

  /** Reads the list at its first use. */
  private static final class BuiltIn {
    static final PriceList LIST = readBuiltIn();
  }

  private static PriceList readBuiltIn() {
    try (InputStream file =
        Objects.requireNonNull(PriceList.class.getResourceAsStream("prices.yaml"))) {
      return read("prices.yaml", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a list in the form of the built-in one: lines that begin with {@code - } and go on with a
   * mapping in JSON, empty lines, and comments that begin with {@code #}.
   *
   * @param name of the file, for messages
   * @param file in UTF-8; read to its end and left open
   * @return the list
   * @throws IllegalArgumentException if a line is malformed; the message names it
   * @throws UncheckedIOException if the file cannot be read
   */
  public static PriceList read(String name, InputStream file) {
    List<ModelPrice> prices = new ArrayList<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
    try {
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          prices.add(price(line, name + ":" + number));
        }
        number++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
    return new PriceList(prices);
  }

  private static ModelPrice price(String line, String where) {
    if (!line.startsWith("- {")) {
      throw new IllegalArgumentException(
          where + ": a line must be - {\"model\": …}, a comment, or empty");
    }
    try {
      return price(values(line.substring(2), where), where);
    } catch (IOException | NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> values(String json, String where) throws IOException {
    Map<String, String> values = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken unused = parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        if (!KEYS.contains(key) || !parser.nextToken().isScalarValue()) {
          throw new IllegalArgumentException(
              where + ": unknown key or value of " + key + "; allowed: " + KEYS);
        }
        if (values.put(key, parser.getText()) != null) {
          throw new IllegalArgumentException(where + ": " + key + " comes twice");
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new IllegalArgumentException(where + ": the line must end with its mapping");
      }
    }
    return values;
  }

  private static ModelPrice price(Map<String, String> values, String where) {
    for (String key : List.of("model", "currency", "input", "output", "from", "source", "read")) {
      if (!values.containsKey(key)) {
        throw new IllegalArgumentException(where + ": " + key + " is missing");
      }
    }
    try {
      return new ModelPrice(
          said(values, "model"),
          said(values, "currency"),
          new BigDecimal(said(values, "input")),
          Optional.ofNullable(values.get("cached")).map(BigDecimal::new),
          Optional.ofNullable(values.get("cache-write")).map(BigDecimal::new),
          Optional.ofNullable(values.get("cache-write-1h")).map(BigDecimal::new),
          new BigDecimal(said(values, "output")),
          LocalDate.parse(said(values, "from")),
          said(values, "source"),
          LocalDate.parse(said(values, "read")));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(where + ": a price must be a number such as 0.15", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private static String said(Map<String, String> values, String key) {
    return Objects.requireNonNull(values.get(key), key);
  }

  /**
   * Returns this list with others before it: for a model that both know, the other counts.
   *
   * @param other an application's own
   * @return the list
   */
  public PriceList overriddenBy(PriceList other) {
    List<ModelPrice> all = new ArrayList<>(other.prices);
    for (ModelPrice price : prices) {
      if (other.prices.stream()
          .noneMatch(
              it -> it.model().equals(price.model()) && it.currency().equals(price.currency()))) {
        all.add(price);
      }
    }
    return new PriceList(all);
  }

  /**
   * Finds the price of a model.
   *
   * @param model as its provider writes it
   * @param currency such as {@code usd}
   * @param day on which it is asked
   * @return the price; empty if the list does not know the model, or its prices begin later
   */
  public Optional<ModelPrice> price(String model, String currency, LocalDate day) {
    return prices.stream()
        .filter(it -> it.currency().equals(currency))
        .filter(it -> it.matches(model))
        .filter(it -> !it.from().isAfter(day))
        .findFirst();
  }

  /**
   * Returns a report with its price, under {@code micro_usd} for US dollars: millionths, rounded
   * up. A policy whose cost contains {@code price(usd)} needs it.
   *
   * @param used what a call used
   * @param currency such as {@code usd}
   * @param day on which the call was made
   * @return the report; empty if the report names no model, or one that the list does not know
   */
  public Optional<UsageReport> priced(UsageReport used, String currency, LocalDate day) {
    return used.model()
        .flatMap(it -> price(it, currency, day))
        .map(
            it ->
                used.toBuilder().amount(ModelPrice.amountName(currency), it.micros(used)).build());
  }

  /** Returns how many prices there are, and when they were read. */
  @Override
  public String toString() {
    if (prices.isEmpty()) {
      return "the list has no prices";
    }
    LocalDate first = prices.stream().map(ModelPrice::read).min(LocalDate::compareTo).orElseThrow();
    LocalDate last = prices.stream().map(ModelPrice::read).max(LocalDate::compareTo).orElseThrow();
    return "the list has "
        + prices.size()
        + " prices, read "
        + (first.equals(last) ? "on " + first : "between " + first + " and " + last);
  }

  /** Returns the prices, those of the longest patterns first. */
  List<ModelPrice> prices() {
    return prices;
  }
}
