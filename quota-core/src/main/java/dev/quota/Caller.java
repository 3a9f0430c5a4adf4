package dev.quota;

import java.lang.StackWalker.StackFrame;
import java.util.Optional;
import java.util.Set;

/**
 * The place in an application from which this library was called, for messages.
 *
 * @param frame the innermost frame that is not of the library; a line of it is looked up only when
 *     it is shown
 */
record Caller(Optional<StackFrame> frame) {

  /** Where nobody can tell, as of what another node began. */
  static final Caller UNKNOWN = new Caller(Optional.empty());

  /** How many frames to fetch in one go: the library's own, and the one behind them. */
  private static final int FRAMES = 16;

  private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), FRAMES);
  private static final String ENGINE = Caller.class.getPackageName();
  private static final String SERVLET = ENGINE + ".servlet";

  /** Returns the place from which this thread came. */
  static Caller here() {
    return new Caller(WALKER.walk(frames -> frames.filter(Caller::isOutside).findFirst()));
  }

  private static boolean isOutside(StackFrame frame) {
    String name = frame.getClassName();
    int end = name.lastIndexOf('.');
    // The packages themselves: those below them may be an application's, as a demo's are.
    return !(isPackage(name, end, ENGINE) || isPackage(name, end, SERVLET));
  }

  private static boolean isPackage(String className, int end, String name) {
    return end == name.length() && className.startsWith(name);
  }

  /** Returns the place, such as {@code com.example.Chat.answer(Chat.java:42)}. */
  @Override
  public String toString() {
    return frame.map(it -> it.toStackTraceElement().toString()).orElse("an unknown place");
  }
}
