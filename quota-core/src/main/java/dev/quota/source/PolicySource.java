package dev.quota.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the policies of an engine come from: {@code Quotas.builder().policySource(…)}. The engine
 * reads it at the start, and again each time that {@link #awaitChange} returns. A version that
 * cannot be used is refused as a whole, and the last good one stays in force.
 *
 * <p>Only one thread of the engine calls {@link #awaitChange}. Other threads may call {@link #read}
 * and {@link #close} at the same time.
 */
public interface PolicySource extends AutoCloseable {

  /**
   * Returns the name of this source in logs and in the status.
   *
   * @return such as {@code file /etc/app/quotas.yaml}
   */
  String name();

  /**
   * Reads the version that is to be in force.
   *
   * @return the text
   * @throws IOException if there is none, or the source cannot be read now; the message tells an
   *     operator why
   */
  PolicyText read() throws IOException;

  /**
   * Waits until something may have changed. The engine reads after every return, so a change that
   * was missed is found after the next call.
   *
   * @return false if the source never changes; then it is not called again
   * @throws InterruptedException if the engine is closed
   */
  boolean awaitChange() throws InterruptedException;

  /** Releases the resources of this source. */
  @Override
  void close();

  /**
   * Watches a file.
   *
   * @param file a policy file; it may be a symbolic link, and be replaced in any way
   * @return the source, with the settings of {@link WatchedFile}
   */
  static WatchedFile file(Path file) {
    return new WatchedFile(file, Duration.ofSeconds(1), Duration.ofMillis(50));
  }

  /**
   * Reads a file of the class path once, with the class loader of the calling thread.
   *
   * @param resource such as {@code quotas.yaml}
   * @return the source
   */
  static PolicySource classPath(String resource) {
    return new ClassPathFile(resource);
  }
}
