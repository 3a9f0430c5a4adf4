package dev.quota;

import java.lang.StackWalker.StackFrame;
import java.util.Optional;
import java.util.Set;

/**
 * The place in an application from which this library was called, for messages.
 *
 * @param frame the innermost frame outside the library; its line number is looked up only when it
 *     is shown
 * @param otherwise what is shown if there is no frame
 */
record Caller(Optional<StackFrame> frame, String otherwise) {

  /** An unknown place, for work that another node began. */
  static final Caller UNKNOWN = new Caller(Optional.empty(), "an unknown place");

  /** How many frames to fetch together: the library's own and the caller's. */
  private static final int FRAMES = 16;

  private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), FRAMES);
  private static final String ENGINE = Caller.class.getPackageName();
  private static final String SERVLET = ENGINE + ".servlet";

  /** Returns the place from which this thread called the library. */
  static Caller here() {
    return new Caller(
        WALKER.walk(frames -> frames.filter(Caller::isOutside).findFirst()), UNKNOWN.otherwise);
  }

  private static boolean isOutside(StackFrame frame) {
    String name = frame.getClassName();
    int end = name.lastIndexOf('.');
    // Only these packages themselves. An application may use packages below them.
    return !(isPackage(name, end, ENGINE) || isPackage(name, end, SERVLET));
  }

  private static boolean isPackage(String className, int end, String name) {
    return end == name.length() && className.startsWith(name);
  }

  /** Returns the place, such as {@code com.example.Chat.answer(Chat.java:42)}. */
  @Override
  public String toString() {
    return frame.map(it -> it.toStackTraceElement().toString()).orElse(otherwise);
  }
}
