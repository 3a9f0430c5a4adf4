package dev.quota.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Stands in for a language model: it knows a handful of answers and says so. The same prompt gets
 * the same answer. Safe for use by several threads.
 */
final class SimulatedModel {

  /** How long an ordinary word takes. */
  static final Duration PACE = Duration.ofMillis(45);

  /** Every answer begins with this. */
  static final String PREFACE = "(Simulated answer.) ";

  private static final int FIRST_WORD_PACES = 8;
  private static final int SENTENCE_END_PACES = 4;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("(?<= )");

  private final Duration pace;

  /**
   * A piece of an answer.
   *
   * @param text a word with the space after it
   * @param pause how long the model thinks before it
   */
  record Word(String text, Duration pause) {}

  private record Topic(Pattern cue, List<String> answers) {

    static Topic of(String cue, String... answers) {
      return new Topic(
          Pattern.compile(cue, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE), List.of(answers));
    }
  }

  private static final List<Topic> TOPICS =
      List.of(
          Topic.of(
              "\\b(quota|limit|429|allowance)",
              "A good limit behaves like a fuel gauge: you see it all the time, it warns you while"
                  + " there is still enough to choose what to do, and when it is empty it says when"
                  + " and where to fill up. Have a look at the panel on the right while we talk.",
              "Two limits are at work here. One keeps the pace, so that nobody floods the service."
                  + " The other is your budget for the day. Whichever stands in your way is the one"
                  + " the message is about."),
          Topic.of(
              "\\b(e-?mail|letter|write|draft|reply)",
              "Here is a draft. \"Thank you for your patience. The fix is in place since this"
                  + " morning, and we have checked it with your own data. If anything still looks"
                  + " odd, answer this mail and it reaches the person who made the change.\" Short,"
                  + " specific, and it names a next step.",
              "I would open with the news, then the reason, then what you need from the reader. Three"
                  + " sentences carry more weight than three paragraphs, and the last one is the one"
                  + " people answer."),
          Topic.of(
              "\\b(code|java|bug|test|function|program)",
              "I would write the test first, watch it fail, and only then change the code. Keep the"
                  + " function small enough to fit on the screen, give the value a name instead of a"
                  + " comment, and let the clock be an argument so that no test has to sleep.",
              "The error sits where two threads meet: both read the value, both add one, and one of"
                  + " the additions is lost. Take the lock around the read and the write together, or"
                  + " let one atomic operation do both."),
          Topic.of(
              "\\b(trip|travel|weekend|holiday|city|visit)",
              "Arrive on Friday evening and walk along the river while the light is low. Keep Saturday"
                  + " for the old town and the market, and leave one hour without a plan. On Sunday"
                  + " take the slow train home and sit on the side with the lake."),
          Topic.of(
              "\\b(cook|recipe|dinner|lunch|soup|eat)",
              "Soften two onions in butter until they are golden, add a spoon of flour, then a litre"
                  + " of stock. After twenty minutes stir in a handful of herbs. Serve it with toasted"
                  + " bread, and it is better the next day."),
          Topic.of(
              "",
              "There are three parts to this. First, what you already know: write it down in one"
                  + " sentence. Second, what would change your mind: that is the thing to find out"
                  + " next. Third, the smallest step that tells you more. Begin with that one today.",
              "It depends on what you want to be true in a year. If it is about learning, choose the"
                  + " path with the quicker feedback. If it is about safety, choose the one that you"
                  + " can undo. When both look alike, take the one that you can explain in a minute.",
              "The short version: yes, with one condition. The long version is that most of the effort"
                  + " goes into the last tenth, so decide early whether that tenth matters to the"
                  + " people you do it for. Often it does not, and you are done sooner than you"
                  + " think."));

  /** Creates a model that takes about {@code pace} for a word; zero answers at once. */
  SimulatedModel(Duration pace) {
    this.pace = pace;
  }

  /** Returns the answer to a prompt, in words. */
  List<Word> answer(String prompt) {
    SplittableRandom random = new SplittableRandom(prompt.hashCode());
    List<Word> words = new ArrayList<>();
    double paces = FIRST_WORD_PACES;
    for (String word : BETWEEN_WORDS.splitAsStream(text(prompt, random)).toList()) {
      words.add(new Word(word, paces(paces * (0.5 + random.nextDouble()))));
      paces = word.matches(".*[.?!:][\"')]* $") ? SENTENCE_END_PACES : 1;
    }
    return List.copyOf(words);
  }

  private static String text(String prompt, SplittableRandom random) {
    List<String> answers =
        TOPICS.stream()
            .filter(topic -> topic.cue().matcher(prompt).find())
            .findFirst()
            .orElseThrow()
            .answers();
    return PREFACE + answers.get(random.nextInt(answers.size()));
  }

  private Duration paces(double count) {
    return Duration.ofNanos((long) (pace.toNanos() * count));
  }
}
