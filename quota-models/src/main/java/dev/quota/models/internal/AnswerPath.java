package dev.quota.models.internal;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path to an object of an answer in which providers put usage, and what the names in it mean. The
 * paths are those of all providers together. Thread-safe.
 */
final class AnswerPath {

  /** Objects, and objects in arrays, that may contain a place. */
  private static final Set<String> AROUND =
      Set.of(
          ".message",
          ".response",
          ".response.body",
          ".result",
          ".result.message",
          ".result.response",
          ".data",
          ".body",
          ".choices",
          ".xgroq",
          ".metadata",
          ".delta",
          ".kwargs",
          ".kwargs.responsemetadata",
          ".responsemetadata",
          ".llmoutput",
          ".interaction",
          ".payload",
          ".attributes",
          ".modeloutput",
          ".chatresponse",
          ".orchestrationresult",
          ".finalresult");

  /**
   * Where the name of the model is read. Elsewhere, as in {@code metadata}, it may come from the
   * request.
   */
  private static final Set<String> NAMING =
      Set.of(
          "",
          ".message",
          ".response",
          ".response.body",
          ".result",
          ".result.message",
          ".body",
          ".data",
          ".interaction");

  /** Objects of figures, wherever a place may be. */
  private static final Set<String> PLACES =
      Set.of(
          "usage",
          "totalusage",
          "usagemetadata",
          "tokenusage",
          "estimatedtokenusage",
          "tokenmetadata",
          "amazonbedrockinvocationmetrics");

  /** Objects of figures with general names, which are read only at the top. */
  private static final Set<String> PLACES_AT_TOP = Set.of("meta", "details", "metrics");

  /** Names of figures at the top that are no numbers, for a usage without a response. */
  private static final Set<String> FIGURES_AT_TOP =
      Set.of(
          "prompttokens",
          "completiontokens",
          "inputtokens",
          "outputtokens",
          "totaltokens",
          "cachereadinputtokens",
          "cachecreationinputtokens",
          "prompttokensdetails",
          "prompttokendetails",
          "inputtokensdetails",
          "inputtokendetails",
          "completiontokensdetails",
          "completiontokendetails",
          "outputtokensdetails",
          "outputtokendetails",
          "cachecreation",
          "cachedetails",
          "iterations",
          "servertooluse",
          "servertoolusage",
          "billedunits",
          "tokens",
          "results",
          "predictions",
          "timings",
          "inputlength",
          "prefill",
          "genai");

  private static final String RESPONSE = ".response";

  /** A bound on the names that are remembered at each path, because answers can have any names. */
  private static final int MOST_KNOWN = 100;

  private static final Map<String, AnswerPath> PATHS =
      AROUND.stream().collect(Collectors.toUnmodifiableMap(it -> it, AnswerPath::new));

  /** The top of an answer. */
  static final AnswerPath TOP = new AnswerPath("");

  /** What a text is, by its name. */
  enum Text {
    MODEL,
    ID,
    RESPONSE_ID,
    ITEM_ID,
    TYPE,
    /** Texts in an array. */
    CLASS,
    /** No text, but the request beside its answer, in the results of a batch. */
    REQUEST
  }

  /**
   * What a name means in the object of a path.
   *
   * @param plain the normalised name
   * @param isPlace whether an object under this name has figures
   * @param inside the path of an object under this name; null if nothing is looked for in it
   * @param text what a text under this name is; null if it is nothing special
   * @param isFigure whether a value of any type is a figure
   * @param isFigureIfNumeric whether a number is a figure
   */
  record Member(
      String plain,
      boolean isPlace,
      @Nullable AnswerPath inside,
      @Nullable Text text,
      boolean isFigure,
      boolean isFigureIfNumeric) {

    /** Returns whether the value is skipped, whatever it is. */
    boolean isNothing() {
      return !isPlace && inside == null && text == null && !isFigure && !isFigureIfNumeric;
    }
  }

  private final String path;

  /** Members by their names as providers write them, because most answers have the same ones. */
  private final Map<String, Member> known = new ConcurrentHashMap<>();

  private AnswerPath(String path) {
    this.path = path;
  }

  /** Returns what a name means here. */
  Member member(String name) {
    Member member = known.get(name);
    if (member != null) {
      return member;
    }
    Member made = made(Figures.plain(name));
    if (known.size() < MOST_KNOWN && name.length() <= Figures.LONGEST_NAME) {
      known.put(name, made);
    }
    return made;
  }

  private Member made(String plain) {
    String below = path + "." + plain;
    boolean isAlone = isTop() || path.equals(".data") || path.equals(".attributes");
    return new Member(
        plain,
        PLACES.contains(plain) || (PLACES_AT_TOP.contains(plain) && (isTop() || isResponse())),
        PATHS.get(below),
        text(plain),
        isAlone && FIGURES_AT_TOP.contains(plain),
        isAlone && isOfNumber(plain));
  }

  private static boolean isOfNumber(String plain) {
    return plain.contains("token")
        || plain.endsWith("count")
        || plain.equals("seconds")
        || plain.equals("totalcost");
  }

  private @Nullable Text text(String plain) {
    return switch (plain) {
      case "model", "modelversion" -> NAMING.contains(path) ? Text.MODEL : null;
      case "modelname" -> path.endsWith("responsemetadata") ? Text.MODEL : null;
      case "customid", "key", "recordid" -> isTop() ? Text.ID : null;
      case "request", "modelinput" -> isTop() ? Text.REQUEST : null;
      case "id" -> isTop() ? Text.CLASS : isResponse() ? Text.RESPONSE_ID : null;
      case "itemid" -> isTop() ? Text.ITEM_ID : null;
      case "type" -> isTop() || path.equals(".kwargs") ? Text.TYPE : null;
      default -> null;
    };
  }

  boolean isTop() {
    return path.isEmpty();
  }

  private boolean isResponse() {
    return path.equals(RESPONSE);
  }

  /** Returns whether it is the object whose members may also come from the request. */
  boolean isMetadata() {
    return path.equals(".metadata");
  }

  /**
   * Returns whether a {@code usage} here must be an object. Elsewhere the name may mean something
   * else, such as a price.
   */
  boolean hasOnlyUsage() {
    return isTop() || path.equals(".message") || isResponse();
  }
}
