package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the usage in JSON. It looks only in the places that providers use, because the text of
 * prompts, answers and tool calls can contain anything, even a {@code usage}. Stateless.
 */
final class AnswerParser {

  /** Names are not interned, because answers can have any names. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(1_000).build())
          .build();

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

  private static final String TOP = "";

  /** The prefix of a place in {@code metadata}, which may also come from the request. */
  static final String METADATA = "metadata.";

  /** The place of figures at the top. */
  static final String ALONE = "alone";

  private AnswerParser() {}

  /** Reads all documents of a text. */
  static void read(String text, Consumer<Answer> answers) throws IOException {
    try (JsonParser json = FACTORY.createParser(text)) {
      documents(json, answers);
    }
  }

  /** Reads all documents of a stream in UTF-8, and leaves it open. */
  static void read(InputStream stream, Consumer<Answer> answers) throws IOException {
    try (JsonParser json =
        FACTORY.createParser(stream).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
      documents(json, answers);
    }
  }

  private static void documents(JsonParser json, Consumer<Answer> answers) throws IOException {
    while (json.nextToken() != null) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          document(json, answers);
        }
      } else {
        document(json, answers);
      }
    }
  }

  private static void document(JsonParser json, Consumer<Answer> answers) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    Answer answer = new Answer();
    object(json, TOP, answer);
    mark(answer);
    answers.accept(answer);
  }

  /** Marks the figures with what the type of the event means for them. */
  private static void mark(Answer answer) {
    String type = Figures.plain(answer.type());
    if (type.equals(LangChainUsage.CHUNK) || type.equals(AiSdkUsage.STEP)) {
      answer
          .places()
          .values()
          .forEach(it -> it.put(type, new Figure(type, OptionalLong.empty(), type)));
    }
  }

  private static void object(JsonParser json, String path, Answer answer) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken value = json.nextToken();
      String plain = Figures.plain(name);
      boolean isTop = path.equals(TOP);
      if (PLACES.contains(plain) || (PLACES_AT_TOP.contains(plain) && isPlace(path))) {
        place(name, plain, path, json, answer);
      } else if (value == JsonToken.START_OBJECT && AROUND.contains(path + "." + plain)) {
        object(json, path + "." + plain, answer);
      } else if (value == JsonToken.START_ARRAY && isTop && plain.equals("choices")) {
        elements(json, path + "." + plain, answer);
      } else if (value == JsonToken.VALUE_STRING) {
        text(name, plain, path, json, answer);
      } else if (value == JsonToken.START_ARRAY && isTop && plain.equals("id")) {
        classOf(json, answer);
      } else {
        figure(name, plain, path, json, answer);
      }
    }
  }

  private static boolean isPlace(String path) {
    return path.equals(TOP) || path.equals(".response");
  }

  private static void place(String name, String plain, String path, JsonParser json, Answer answer)
      throws IOException {
    JsonToken value = json.currentToken();
    if (value == JsonToken.START_OBJECT) {
      answer.place(path.equals(".metadata") ? METADATA + plain : plain).readMembers(json);
    } else if (plain.equals("usage") && isWrong(path, value)) {
      answer.fault(
          UsageFault.Kind.IMPOSSIBLE_NUMBER,
          name + " must be an object, was " + Figure.read(name, json).kind());
      json.skipChildren();
    } else {
      json.skipChildren();
    }
  }

  /**
   * Returns whether a place has a wrong type. In other places the name may mean something else,
   * such as a price.
   */
  private static boolean isWrong(String path, JsonToken value) {
    return value != JsonToken.VALUE_NULL
        && (path.equals(TOP) || path.equals(".message") || path.equals(".response"));
  }

  private static void elements(JsonParser json, String path, Answer answer) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        object(json, path, answer);
      } else {
        json.skipChildren();
      }
    }
  }

  private static void text(String name, String plain, String path, JsonParser json, Answer answer)
      throws IOException {
    switch (plain) {
      case "model", "modelversion" -> {
        if (NAMING.contains(path)) {
          answer.model(json.getText());
        }
      }
      case "modelname" -> {
        if (path.endsWith("responsemetadata")) {
          answer.model(json.getText());
        }
      }
      case "customid" -> {
        if (path.equals(TOP)) {
          answer.id(json.getText());
        }
      }
      case "id" -> {
        if (path.equals(".response")) {
          answer.responseId(json.getText());
        }
      }
      case "itemid" -> {
        if (path.equals(TOP)) {
          answer.itemId(json.getText());
        }
      }
      case "type" -> {
        if (path.equals(TOP) || path.equals(".kwargs")) {
          answer.type(json.getTextLength() <= 64 ? json.getText() : "");
          if (answer.type().equals(DurationUsage.TYPE)) {
            answer.place(ALONE).read(name, json);
          }
        }
      }
      default -> figure(name, plain, path, json, answer);
    }
  }

  /** LangChain writes the class of a message as an array. */
  private static void classOf(JsonParser json, Answer answer) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= 64) {
        answer.type(json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  /** Adds a figure of a usage without a response. */
  private static void figure(String name, String plain, String path, JsonParser json, Answer answer)
      throws IOException {
    boolean isAlone = path.equals(TOP) || path.equals(".data") || path.equals(".attributes");
    if (isAlone && isFigure(plain, json.currentToken())) {
      answer.place(ALONE).read(name, json);
    } else {
      json.skipChildren();
    }
  }

  private static boolean isFigure(String plain, JsonToken value) {
    return FIGURES_AT_TOP.contains(plain)
        || (value.isNumeric()
            && (plain.contains("token")
                || plain.endsWith("count")
                || plain.equals("seconds")
                || plain.equals("totalcost")));
  }
}
