package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Finds the usage in JSON. It looks only in the places that providers use, because the text of
 * prompts, answers and tool calls can contain anything, even a {@code usage}. Not thread-safe.
 */
final class AnswerParser {

  /**
   * Names are not interned, and similar names are no failure, because answers can have any names.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(1_000).build())
          .build();

  /**
   * For bytes. Without canonical names, Jackson decodes as Java does: bytes that are no UTF-8 are
   * replaced, so that they cost nobody the usage.
   */
  private static final JsonFactory OF_BYTES =
      FACTORY.rebuild().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final int LONGEST_TYPE = 64;

  /** The prefix of a place in {@code metadata}, which may also come from the request. */
  static final String METADATA = "metadata.";

  /** The place of figures at the top. */
  static final String ALONE = "alone";

  private final Consumer<Answer> answers;

  /** The model that was named last. The events of a stream repeat it. */
  private Optional<String> model = Optional.empty();

  AnswerParser(Consumer<Answer> answers) {
    this.answers = answers;
  }

  /** Reads all documents of a text. */
  void read(String text) throws IOException {
    try (JsonParser json = FACTORY.createParser(text)) {
      documents(json);
    }
  }

  /** Reads all documents of a stream in UTF-8, and leaves it open. */
  void read(InputStream stream) throws IOException {
    try (JsonParser json =
        OF_BYTES.createParser(stream).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
      documents(json);
    }
  }

  private void documents(JsonParser json) throws IOException {
    while (json.nextToken() != null) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          document(json);
        }
      } else {
        document(json);
      }
    }
  }

  private void document(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    Answer answer = new Answer();
    object(json, AnswerPath.TOP, answer);
    mark(answer);
    answers.accept(answer);
  }

  /** Marks the figures with what the type of the event means for them. */
  private static void mark(Answer answer) {
    if (answer.places().isEmpty()) {
      return;
    }
    String type = Figures.plain(answer.type());
    if (type.equals(LangChainUsage.CHUNK) || type.equals(AiSdkUsage.STEP)) {
      answer
          .places()
          .values()
          .forEach(it -> it.put(type, new Figure(type, OptionalLong.empty(), type)));
    }
  }

  private void object(JsonParser json, AnswerPath path, Answer answer) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      AnswerPath.Member member = path.member(name);
      JsonToken value = json.nextToken();
      if (member.isNothing()) {
        json.skipChildren();
      } else if (member.isPlace()) {
        place(json, path, name, member.plain(), answer);
      } else if (member.inside() != null && value == JsonToken.START_OBJECT) {
        object(json, member.inside(), answer);
      } else if (member.text() == AnswerPath.Text.REQUEST && value == JsonToken.START_OBJECT) {
        answer.withRequest();
        json.skipChildren();
      } else if (value == JsonToken.START_ARRAY && path.isTop()) {
        array(json, name, member, answer);
      } else if (member.text() != null && value == JsonToken.VALUE_STRING) {
        text(json, name, member.text(), answer);
      } else {
        figure(json, name, member, answer);
      }
    }
  }

  private static void place(
      JsonParser json, AnswerPath path, String name, String plain, Answer answer)
      throws IOException {
    JsonToken value = json.currentToken();
    if (value == JsonToken.START_OBJECT) {
      answer.place(path.isMetadata() ? METADATA + plain : plain).readMembers(json);
      return;
    }
    if (plain.equals("usage") && path.hasOnlyUsage() && value != JsonToken.VALUE_NULL) {
      answer.fault(
          UsageFault.Kind.IMPOSSIBLE_NUMBER,
          name + " must be an object, was " + Figure.read(name, json).kind());
    }
    json.skipChildren();
  }

  private void array(JsonParser json, String name, AnswerPath.Member member, Answer answer)
      throws IOException {
    if (member.inside() != null && member.plain().equals("choices")) {
      elements(json, member.inside(), answer);
    } else if (member.text() == AnswerPath.Text.CLASS) {
      classOf(json, answer);
    } else {
      figure(json, name, member, answer);
    }
  }

  private void elements(JsonParser json, AnswerPath path, Answer answer) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        object(json, path, answer);
      } else {
        json.skipChildren();
      }
    }
  }

  private void text(JsonParser json, String name, AnswerPath.Text text, Answer answer)
      throws IOException {
    switch (text) {
      case MODEL -> model(json, answer);
      case ID -> answer.id(json.getText());
      case RESPONSE_ID -> answer.responseId(json.getText());
      case ITEM_ID -> answer.itemId(json.getText());
      case TYPE -> type(json, name, answer);
      case CLASS, REQUEST -> json.skipChildren(); // a text alone means nothing here
    }
  }

  private void model(JsonParser json, Answer answer) throws IOException {
    if (model.isPresent() && isText(json, model.get())) {
      answer.sameModel(model);
    } else {
      answer.model(json.getText());
      model = answer.model();
    }
  }

  /** Compares without making another string. */
  private static boolean isText(JsonParser json, String text) throws IOException {
    if (json.getTextLength() != text.length()) {
      return false;
    }
    char[] characters = json.getTextCharacters();
    int from = json.getTextOffset();
    for (int i = 0; i < text.length(); i++) {
      if (characters[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static void type(JsonParser json, String name, Answer answer) throws IOException {
    answer.type(json.getTextLength() <= LONGEST_TYPE ? json.getText() : "");
    if (answer.type().equals(DurationUsage.TYPE)) {
      answer.place(ALONE).read(name, json);
    }
  }

  /** LangChain writes the class of a message as an array. */
  private static void classOf(JsonParser json, Answer answer) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= LONGEST_TYPE) {
        answer.type(json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  /** Adds a figure of a usage without a response. */
  private static void figure(JsonParser json, String name, AnswerPath.Member member, Answer answer)
      throws IOException {
    if (member.isFigure() || (member.isFigureIfNumeric() && json.currentToken().isNumeric())) {
      answer.place(ALONE).read(name, json);
    } else {
      json.skipChildren();
    }
  }
}
