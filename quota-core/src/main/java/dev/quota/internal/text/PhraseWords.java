package dev.quota.internal.text;

import java.util.ArrayList;
import java.util.List;

/** The words of a phrase, taken from left to right. Not thread-safe. */
public final class PhraseWords {

  private static final int SHOWN = 60;

  /** More than any valid phrase has. */
  private static final int MOST_WORDS = 40;

  /** One word and where it starts. */
  public record Word(String text, int offset) {}

  private final String source;
  private final String allowed;
  private final List<Word> words = new ArrayList<>();
  private int next;

  public PhraseWords(String source, String allowed) {
    this.source = source;
    this.allowed = allowed;
    int start = 0;
    for (int i = 0; i <= source.length() && words.size() < MOST_WORDS; i++) {
      if (i == source.length() || isSpace(source.charAt(i))) {
        if (i > start) {
          words.add(new Word(source.substring(start, i), start));
        }
        start = i + 1;
      }
    }
  }

  /** Includes the white space of Unicode, because phrases may be pasted with no-break spaces. */
  public static boolean isSpace(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
  }

  /** Takes the next word if it is the given one. */
  public boolean accept(String word) {
    if (isNext(0, word)) {
      next++;
      return true;
    }
    return false;
  }

  /** Returns whether the next word is the given one. */
  public boolean isNext(String word) {
    return isNext(0, word);
  }

  /** Takes the next word, which must be the given one. */
  public void expect(String word) {
    Word taken = take("\"" + word + "\"");
    if (!taken.text().equals(word)) {
      throw wrong("expected \"" + word + "\"", taken);
    }
  }

  /** Takes the next word. If there is none, the message says what is missing. */
  public Word take(String expected) {
    if (next == words.size()) {
      String where = words.isEmpty() ? "here" : "at the end of " + shown(source.strip());
      throw new PhraseException(
          "expected " + expected + " " + where + "; " + allowed, source.stripTrailing().length());
    }
    return words.get(next++);
  }

  /** Refuses a known but unsupported phrase, if these words are next. */
  public void refuse(String problem, String... phrase) {
    for (int i = 0; i < phrase.length; i++) {
      if (!isNext(i, phrase[i])) {
        return;
      }
    }
    throw new PhraseException(problem, words.get(next).offset());
  }

  public void end() {
    if (next < words.size()) {
      throw wrong("nothing may follow here", words.get(next));
    }
  }

  public PhraseException wrong(String what, Word at) {
    return new PhraseException(what + ", was " + shown(at.text()) + "; " + allowed, at.offset());
  }

  private boolean isNext(int ahead, String word) {
    return next + ahead < words.size() && words.get(next + ahead).text().equals(word);
  }

  private static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return "\"" + cut.replaceAll("\\p{Cntrl}", " ") + "\"";
  }
}
