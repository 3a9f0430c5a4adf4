package dev.quota.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for a language model: it knows a handful of answers and says so. The same prompt gets
 * the same answer. Thread-safe.
 */
final class SimulatedModel {

  /** How long an ordinary word takes. */
  static final Duration PACE = Duration.ofMillis(45);

  /** Every answer in English begins with this, unless a smaller model gives it. */
  static final String PREFACE = "(Simulated answer.) ";

  private static final String ENGLISH = "en";

  /** The longest time of an answer, at any pace. It is much less than the time limit of answers. */
  static final Duration LONGEST_ANSWER = Duration.ofSeconds(40);

  private static final int FIRST_WORD_PACES = 8;
  private static final int SENTENCE_END_PACES = 4;

  /** After a space, and after each character of a script without spaces. */
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("(?<= )|(?<=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}、。，：）])");

  private static final Pattern SENTENCE_END = Pattern.compile(".*[.?!:。؟：][\"”»」)]* ?$");
  private static final Pattern FIRST_SENTENCE =
      Pattern.compile("^.*?(?:[.?!؟](?= )|。)", Pattern.DOTALL);

  private final Duration pace;

  /**
   * A piece of an answer.
   *
   * @param text a word with the space after it
   * @param pause how long the model thinks before it
   */
  record Word(String text, Duration pause) {

    Word faster(double part) {
      return new Word(text, Duration.ofNanos((long) (pause.toNanos() * part)));
    }
  }

  /** Creates a model that takes about {@code pace} for a word; zero answers at once. */
  SimulatedModel(Duration pace) {
    this.pace = pace;
  }

  /** Returns the answer to a prompt, in English and in words. */
  List<Word> answer(String prompt) {
    return answer(prompt, ENGLISH);
  }

  /** Returns the answer to a prompt in a language of the page, in words. */
  List<Word> answer(String prompt, String language) {
    Answers answers = Answers.in(language);
    SplittableRandom random = new SplittableRandom(prompt.hashCode());
    return words(answers.preface() + answers.find(prompt, random), random);
  }

  /** Returns an answer of at least that many tokens, for endpoints that charge tokens. */
  List<Word> longAnswer(String prompt, String language, long tokens) {
    Answers answers = Answers.in(language);
    SplittableRandom random = new SplittableRandom(prompt.hashCode());
    StringBuilder text = new StringBuilder(answers.preface());
    while (Completion.tokens(text.toString()) <= tokens) {
      text.append(answers.find(prompt, random)).append(' ');
    }
    return words(text.toString(), random);
  }

  /**
   * Returns the answer of a smaller model: one sentence, which says that a smaller model wrote it.
   */
  List<Word> shortAnswer(String prompt, String language) {
    Answers answers = Answers.in(language);
    SplittableRandom random = new SplittableRandom(prompt.hashCode());
    String whole = answers.find(prompt, random);
    Matcher first = FIRST_SENTENCE.matcher(whole);
    return words(answers.smaller() + (first.find() ? first.group() : whole), random);
  }

  private List<Word> words(String text, SplittableRandom random) {
    List<Word> words = new ArrayList<>();
    double paces = FIRST_WORD_PACES;
    for (String word : BETWEEN_WORDS.splitAsStream(text).toList()) {
      words.add(new Word(word, paces(paces * (0.5 + random.nextDouble()))));
      paces = SENTENCE_END.matcher(word).matches() ? SENTENCE_END_PACES : 1;
    }
    return inTime(words);
  }

  /** Shortens all pauses by the same factor if the whole answer would take too long. */
  private static List<Word> inTime(List<Word> words) {
    long nanos = words.stream().mapToLong(word -> word.pause().toNanos()).sum();
    double part = (double) LONGEST_ANSWER.toNanos() / Math.max(1, nanos);
    return part >= 1 ? List.copyOf(words) : words.stream().map(word -> word.faster(part)).toList();
  }

  private Duration paces(double count) {
    return Duration.ofNanos((long) (pace.toNanos() * count));
  }
}
