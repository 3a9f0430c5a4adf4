package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The answers of the simulated model in one language. They are read at the first prompt in that
 * language. Immutable.
 *
 * @param preface stands before every answer
 * @param smaller stands before every answer of the smaller model
 * @param topics the last one fits every prompt
 */
record Answers(String preface, String smaller, List<Topic> topics) {

  private static final Map<String, Answers> BY_LANGUAGE = new ConcurrentHashMap<>();

  /** Answers to prompts in which a cue is found. */
  record Topic(Pattern cue, List<String> answers) {}

  /** Returns the answers in one of the languages of the page. */
  static Answers in(String language) {
    return BY_LANGUAGE.computeIfAbsent(language, Answers::load);
  }

  /** Returns the answer to a prompt; where there are several, the random numbers choose. */
  String find(String prompt, SplittableRandom random) {
    List<String> answers =
        topics.stream()
            .filter(topic -> topic.cue().matcher(prompt).find())
            .findFirst()
            .orElseThrow()
            .answers();
    return answers.get(random.nextInt(answers.size()));
  }

  private static Answers load(String language) {
    String file = "answers/" + language + ".json";
    try (InputStream in = Objects.requireNonNull(Answers.class.getResourceAsStream(file), file);
        JsonParser json = Json.FACTORY.createParser(in)) {
      return read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answers read(JsonParser json) throws IOException {
    String preface = "";
    String smaller = "";
    List<Topic> topics = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      switch (member) {
        case "preface" -> preface = json.getText();
        case "smaller" -> smaller = json.getText();
        default -> {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            topics.add(topic(json));
          }
        }
      }
    }
    return new Answers(preface, smaller, List.copyOf(topics));
  }

  private static Topic topic(JsonParser json) throws IOException {
    String cue = "";
    List<String> answers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      boolean isCue = json.currentName().equals("cue");
      json.nextToken();
      if (isCue) {
        cue = json.getText();
      } else {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          answers.add(json.getText());
        }
      }
    }
    Pattern pattern = Pattern.compile(cue, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    return new Topic(pattern, List.copyOf(answers));
  }
}
